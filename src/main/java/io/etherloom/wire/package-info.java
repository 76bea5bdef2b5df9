/// Names and offsets of what is on the wire: Ethernet, the 802.1Q tag, IP and transport fields that segmentation needs.
@NullMarked
package io.etherloom.wire;

import org.jspecify.annotations.NullMarked;
