/// CDP and LLDP: what a switch tells on a link of itself, and what it hears of who is at the other end (spec 8.1, 8.2; IEEE Std 802.1AB).
///
/// [Cdp] and [Lldp] turn an [Advertisement] into a frame and back; that is work of the control side, in memory of the heap. [Discoverer] is
/// what a switch has on its agent: it sends frames that were made before and hands those that come to [HeardFrames]. [NeighborTable] keeps
/// what was heard on one port. Begin with [Discoverer].
@NullMarked
package io.etherloom.discovery;

import org.jspecify.annotations.NullMarked;
