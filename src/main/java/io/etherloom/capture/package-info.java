/// Copies of frames that pass a port, written as pcapng, and the reader of such files.
///
/// A [io.etherloom.capture.CaptureSession] gives each watched port a [io.etherloom.frame.FrameObserver]. On the agent thread it asks the filters and copies
/// octets and metadata into a [io.etherloom.capture.ByteRing] and nothing more; on the caller's thread
/// [io.etherloom.capture.CaptureSession#pump] cuts super-frames, completes checksums and writes blocks. So a slow disk or a stopped
/// reader of a pipe costs copies, which are counted, and never a frame. [io.etherloom.capture.PcapReader] reads pcap and pcapng for
/// comparison and replay; it belongs to one thread. Start with `CaptureSession`, then `PortRecorder`.
@NullMarked
package io.etherloom.capture;

import org.jspecify.annotations.NullMarked;
