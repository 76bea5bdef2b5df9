/// The topology file: one YAML text becomes immutable records, or a list of everything that is wrong with it.
///
/// Start reading at [Topology], the root of the records, and `TopologyBinder`, which builds them. Names are vSphere's own. Inheritance
/// (profile, vSwitch, port group) is resolved here once, and [Sourced] says where each effective policy value came from, so
/// nobody after this package asks whether a value was set or is a default. Records compare by value and hold no positions,
/// since plans are made by comparing them. Everything here may be used by any thread: records are immutable, and each call
/// of [Topology#parse] works on state of its own. The package knows the JDK, `wire` and the YAML parser only.
@NullMarked
package io.etherloom.topology;

import org.jspecify.annotations.NullMarked;
