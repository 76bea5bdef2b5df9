package io.etherloom.capture;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.FrameObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/// One running capture of some ports into one pcapng file or pipe.
///
/// ```
///   agent thread                                    caller's thread
///   port ──► observer(i) ──► ring of copies ──► pump: cut, complete, format ──► OutputStream
/// ```
///
/// **Threads.** The observers of one session are called by one agent thread only, because the ring has one producer: ports of different
/// agents need a session each. [#pump] runs on one thread. The rest may be called by any.
///
/// **Use.** [#start], give each observer to its port (`PortSet.observe`, on the agent), [#pump], take the observers away again. An observer
/// that stays longer than its pump fills the ring and then counts drops, which harms nobody.
public final class CaptureSession {
    /// A port to watch.
    ///
    /// @param name becomes `if_name`, such as `web1.eth0` or `esx1/vmnic0`
    /// @param description becomes `if_description`; may be empty
    public record Source(String name, String description) {}

    /// A source and the recorder that copies its frames.
    record Watched(Source source, PortRecorder recorder) {}

    private final CaptureSettings settings;
    private final WallClock clock;
    private final ByteRing ring;
    private final int points;
    private final List<Watched> watched = new CopyOnWriteArrayList<>();

    private CaptureSession(CaptureSettings settings, WallClock clock) {
        this.settings = settings;
        this.clock = clock;
        ring = new ByteRing(settings.ringBytes());
        int mask = 0;
        for (CapturePoint point : settings.points()) {
            mask |= 1 << point.ordinal();
        }
        points = mask;
    }

    /// Makes a session; nothing is copied before an observer is given to a port.
    ///
    /// @param clock maps the agent's `nowNanos` to the time stamps in the file
    public static CaptureSession start(List<Source> sources, CaptureSettings settings, WallClock clock) {
        var session = new CaptureSession(settings, clock);
        sources.forEach(session::add);
        return session;
    }

    /// Adds a port, also while the session runs.
    ///
    /// @return the index for [#observer], counting from 0
    public synchronized int add(Source source) {
        int index = watched.size();
        watched.add(new Watched(source, new PortRecorder(ring, index, points, settings.snapLength())));
        return index;
    }

    /// What to give to the port of the source with this index, in the order of [#start] and [#add].
    public FrameObserver observer(int index) {
        return watched.get(index).recorder();
    }

    /// Frames of all ports whose copy was lost because the writer was too slow.
    public long dropped() {
        long sum = 0;
        for (var port : watched) {
            sum += port.recorder().dropped();
        }
        return sum;
    }

    /// Writes what the observers copy, until `isOver` or until this thread is interrupted; then what had been copied by that time, and the
    /// statistics. The stream gets whole blocks, so that what it has is a readable file after each of them, and is flushed whenever nothing
    /// more waits. It is not closed. A reader of a pipe that has gone is noticed with the next frame.
    ///
    /// @param isOver asked between batches, every 2 ms at the latest while `out` does not block
    /// @return frames written, those that were cut from a super-frame counted one by one
    /// @throws IOException from `out`: broken pipe, full disk. The capture is at its end; the ports do not notice
    public long pump(OutputStream out, BooleanSupplier isOver) throws IOException {
        try (var pump = new CapturePump(ring, watched, settings, clock, out)) {
            return pump.run(isOver);
        }
    }
}
