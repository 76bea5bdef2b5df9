/// The HTTP interface of a running lab: JSON over a unix socket, and Prometheus' scrape over TCP as well.
///
/// [io.etherloom.api.ApiServer] opens both for one [io.etherloom.lab.LabControl]. Netty's one event loop only parses and hands over; each
/// request is answered on a virtual thread of its own, so a handler may block. Bodies are the records of `lab.view`, faults are problem
/// details (RFC 9457). Start reading at `LabRoutes`, which lists every route.
@NullMarked
package io.etherloom.api;

import org.jspecify.annotations.NullMarked;
