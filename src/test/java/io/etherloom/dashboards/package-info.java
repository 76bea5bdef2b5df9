/// The dashboards of `grafana/`, from which their JSON is written, and what is checked of them and of the rules beside them.
///
/// [io.etherloom.dashboards.Boards] says what is on which dashboard; every query stands there once. `DashboardsTest` compares the JSON with
/// it, or writes it: `-Ddashboards=write`.
@NullMarked
package io.etherloom.dashboards;

import org.jspecify.annotations.NullMarked;
