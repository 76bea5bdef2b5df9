/// What a port is plugged into: a TAP, a socket of a guest, a cable to another switch, an endpoint in memory.
///
/// A [io.etherloom.device.Device] brings frames in batches and takes what waits in the port's queue. Devices are used on the agent thread
/// alone. Start with `Device`, then `TapDevice`.
@NullMarked
package io.etherloom.device;

import org.jspecify.annotations.NullMarked;
