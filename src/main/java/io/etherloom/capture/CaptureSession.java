package io.etherloom.capture;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.FrameObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// One running capture of some ports into one pcapng file or pipe.
///
/// ```
///   agent threads                                       caller's thread
///   port ──► observer(i, 0) ──► ring of copies of 0 ─┐
///   port ──► observer(j, 1) ──► ring of copies of 1 ─┴─► pump: in order of time, cut, complete, format ──► OutputStream
/// ```
///
/// **Threads.** A ring has one producer, so each agent has one of its own, a lane, which is made when its first observer is asked for. The
/// observers of one lane are called by one agent thread only. [#pump] runs on one thread. The rest may be called by any.
///
/// **Use.** [#start], give each observer to its port (`PortSet.observe`, on the agent), [#pump], take the observers away again. An observer
/// that stays longer than its pump fills the ring and then counts drops, which harms nobody.
public final class CaptureSession {
    /// A port to watch. In the file there is an interface for each of its points, called by both, such as `web1.eth0 VnicTx`.
    ///
    /// @param name such as `web1.eth0` or `esx1/vmnic0`
    /// @param description becomes `if_description`; may be empty
    /// @param points at which points of the port's path frames are copied
    /// @param bitsPerSecond becomes `if_speed`, 0 where it is not known
    public record Source(String name, String description, Set<CapturePoint> points, long bitsPerSecond) {
        public Source {
            points = Set.copyOf(points);
        }

        /// A port of unknown speed.
        public static Source of(String name, String description, CapturePoint... points) {
            return new Source(name, description, Set.of(points), 0);
        }
    }

    /// A name for an address, for the Name Resolution Block.
    public record KnownAddress(InetAddress address, String name) {}

    private final CaptureSettings settings;
    private final WallClock clock;
    private final Arena arena;
    private final List<Source> sources = new CopyOnWriteArrayList<>();
    private final List<KnownAddress> names = new CopyOnWriteArrayList<>();
    private final List<CaptureLane> lanes = new CopyOnWriteArrayList<>();

    private CaptureSession(CaptureSettings settings, WallClock clock, Arena arena) {
        this.settings = settings;
        this.clock = clock;
        this.arena = arena;
    }

    /// Makes a session; nothing is copied before an observer is given to a port.
    ///
    /// @param clock maps the agent's `nowNanos` to the time stamps in the file
    public static CaptureSession start(List<Source> sources, CaptureSettings settings, WallClock clock) {
        return start(sources, settings, clock, Arena.ofAuto());
    }

    /// The same with the memory of somebody who frees it at once. The collector frees it late, because a lab leaves it so little to do.
    ///
    /// @param arena gives the memory of the rings to any thread; to be closed when no port has an observer any more
    public static CaptureSession start(List<Source> sources, CaptureSettings settings, WallClock clock, Arena arena) {
        var session = new CaptureSession(settings, clock, arena);
        sources.forEach(session::add);
        return session;
    }

    /// Adds a port, also while the session runs.
    ///
    /// @return the index for [#observer], counting from 0
    public synchronized int add(Source source) {
        sources.add(source);
        return sources.size() - 1;
    }

    /// Adds names, also while the session runs; those that are known are not added again.
    public synchronized void resolve(Collection<KnownAddress> known) {
        var fresh = new LinkedHashSet<>(known);
        fresh.removeAll(Set.copyOf(names));
        names.addAll(fresh);
    }

    /// What to give to the port of the source with this index, in the order of [#start] and [#add], where there is one agent.
    public FrameObserver observer(int index) {
        return observer(index, 0);
    }

    /// The same where there are several.
    ///
    /// @param lane number of the agent that owns the port now
    public synchronized FrameObserver observer(int index, int lane) {
        while (lanes.size() <= lane) {
            lanes.add(new CaptureLane(settings, arena));
        }
        int points = 0;
        for (var point : sources.get(index).points()) {
            points |= 1 << point.ordinal();
        }
        return lanes.get(lane).recorder(index, points);
    }

    /// The observer that was made for this port and agent, or null; makes nothing, so that taking observers away needs no memory.
    public synchronized @Nullable FrameObserver existingObserver(int index, int lane) {
        return lane < lanes.size() ? lanes.get(lane).existing(index) : null;
    }

    /// Frames of all ports whose copy was lost because the writer was too slow.
    public synchronized long dropped() {
        return lanes.stream().mapToLong(CaptureLane::dropped).sum();
    }

    /// Writes what the observers copy, until `isOver`, the settings' number of frames, or until this thread is interrupted; then what had been copied by that time, and the
    /// statistics. The stream gets whole blocks, so that what it has is a readable file after each of them, and is flushed whenever nothing
    /// more waits. It is not closed. A reader of a pipe that has gone is noticed with the next frame.
    ///
    /// @param isOver asked between batches, every 2 ms at the latest while `out` does not block
    /// @return frames written, those that were cut from a super-frame counted one by one
    /// @throws IOException from `out`: broken pipe, full disk. The capture is at its end; the ports do not notice
    public long pump(OutputStream out, BooleanSupplier isOver) throws IOException {
        try (var pump = new CapturePump(lanes, sources, names, settings, clock, out)) {
            return pump.run(isOver);
        }
    }
}
