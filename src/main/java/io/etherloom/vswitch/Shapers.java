package io.etherloom.vswitch;

import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.PortSet;
import io.etherloom.frame.Segmenter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The shapers of one vSwitch, by port index and direction (spec 6.1, 6.4). State of the agent thread; time is passed in.
final class Shapers {
    private final PortSet ports;
    private final Direction toSwitch;
    private final Direction toPort;
    private final Segmenter segmenter = new Segmenter();

    /// @param fromGuest takes what a guest sent once its time has come; its holder from then on
    /// @param toGuest takes what a guest shall receive once its time has come; its holder from then on
    Shapers(PortSet ports, Shaper.Exit fromGuest, Shaper.Exit toGuest) {
        this.ports = ports;
        toSwitch = new Direction(fromGuest);
        toPort = new Direction(toGuest);
    }

    /// The same shapers at this moment. What waits in them stands for frames that are not its own, so it leaves by no exit.
    Shapers(Shapers other, PortSet ports, Shaper.Exit fromGuest, Shaper.Exit toGuest) {
        this(ports, own(fromGuest), own(toGuest));
        toSwitch.follow(other.toSwitch);
        toPort.follow(other.toPort);
    }

    private static Shaper.Exit own(Shaper.Exit exit) {
        return (port, frame, tag) -> {
            if (frame.isShape()) {
                frame.release();
            } else {
                exit.pass(port, frame, tag);
            }
        };
    }

    /// Follows new tables: shapers that stay keep what waits, those that go let it pass, those of ports that go drop it.
    void apply(ForwardingTables tables, long nowNanos) {
        toSwitch.grow(tables.size());
        toPort.grow(tables.size());
        for (int port = 0; port < toSwitch.shapers.length; port++) {
            if (port >= tables.size() || !tables.isConnected(port)) {
                toSwitch.remove(port, false);
                toPort.remove(port, false);
            }
        }
        for (var spec : tables.spec().ports()) {
            if (spec instanceof PortSpec.Access access) {
                toSwitch.configure(access.index(), access.toSwitch(), tables, nowNanos);
                toPort.configure(access.index(), access.toPort(), tables, nowNanos);
            }
        }
    }

    /// Whether what a guest sends goes on as it comes: its port is not shaped, or the shaper lets it pass; if not, [#offer] it.
    boolean passes(int port, Frame frame, int tag, long nowNanos) {
        return toSwitch.passes(port, frame, tag, nowNanos);
    }

    /// A frame of the guest that has to wait; takes over the caller's hold.
    void offer(int port, Frame frame, int tag, long nowNanos) {
        toSwitch.offer(port, frame, tag, nowNanos);
    }

    /// Whether what a guest is sent goes on as it comes; if not, [#offerOutput] it.
    boolean passesOutput(int port, Frame frame, int tag, long nowNanos) {
        return toPort.passes(port, frame, tag, nowNanos);
    }

    /// A copy for the guest that has to wait; the caller keeps its own hold.
    void offerOutput(int port, Frame frame, int tag, long nowNanos) {
        frame.retain();
        toPort.offer(port, frame, tag, nowNanos);
    }

    /// Lets pass what is due.
    void release(long nowNanos) {
        toSwitch.release(nowNanos);
        toPort.release(nowNanos);
    }

    long dueNanos() {
        return Math.min(toSwitch.dueNanos, toPort.dueNanos);
    }

    @Nullable ShaperState state(int port, boolean isToSwitch, long nowNanos) {
        var direction = isToSwitch ? toSwitch : toPort;
        var shaper = port < direction.shapers.length ? direction.shapers[port] : null;
        return shaper == null ? null : shaper.state(nowNanos);
    }

    /// The shapers of all ports in one direction.
    private final class Direction {
        private final Shaper.Exit exit;
        private @Nullable Shaper[] shapers = {};
        private int count;
        /// Ports whose shaper may hold frames.
        private int[] waiting = {};
        private boolean[] isWaiting = {};
        private int waitingCount;
        private long dueNanos = UplinkLinks.NEVER;

        Direction(Shaper.Exit exit) {
            this.exit = exit;
        }

        /// Stands as another one does.
        void follow(Direction other) {
            grow(other.shapers.length);
            for (int port = 0; port < shapers.length; port++) {
                var shaper = other.shapers[port];
                shapers[port] = shaper == null ? null : new Shaper(shaper, ports, segmenter);
            }
            count = other.count;
            System.arraycopy(other.waiting, 0, waiting, 0, other.waitingCount);
            System.arraycopy(other.isWaiting, 0, isWaiting, 0, isWaiting.length);
            waitingCount = other.waitingCount;
            dueNanos = other.dueNanos;
        }

        void grow(int size) {
            if (size > shapers.length) {
                shapers = Arrays.copyOf(shapers, size);
                waiting = Arrays.copyOf(waiting, size);
                isWaiting = Arrays.copyOf(isWaiting, size);
            }
        }

        void configure(int port, @Nullable ShaperSpec wanted, ForwardingTables tables, long nowNanos) {
            var shaper = shapers[port];
            if (wanted == null) {
                remove(port, true);
                return;
            }
            if (shaper == null) {
                shaper = new Shaper(port, ports, segmenter);
                shapers[port] = shaper;
                count++;
            }
            var options = tables.spec().options().shapers();
            shaper.configure(wanted, options, tables.spec().mtu(), nowNanos);
            await(port, shaper);
        }

        void remove(int port, boolean letsPass) {
            var shaper = shapers[port];
            if (shaper == null) {
                return;
            }
            shapers[port] = null;
            count--;
            if (letsPass) {
                shaper.drainAll(exit);
            } else {
                shaper.dropAll(DropReason.PORT_DISABLED);
            }
        }

        boolean passes(int port, Frame frame, int tag, long nowNanos) {
            if (count == 0) {
                return true;      // Without looking for a port's, which may be one of thousands.
            }
            var shaper = shapers[port];
            return shaper == null || shaper.passesAtOnce(frame, tag, nowNanos);
        }

        @SuppressWarnings("NullAway")
        void offer(int port, Frame frame, int tag, long nowNanos) {
            var shaper = shapers[port];
            shaper.offer(frame, tag, nowNanos, exit);
            await(port, shaper);
        }

        private void await(int port, Shaper shaper) {
            long due = shaper.dueNanos();
            if (due != UplinkLinks.NEVER) {
                dueNanos = Math.min(dueNanos, due);
                if (!isWaiting[port]) {
                    isWaiting[port] = true;
                    waiting[waitingCount++] = port;
                }
            }
        }

        void release(long nowNanos) {
            if (nowNanos < dueNanos) {
                return;
            }
            dueNanos = UplinkLinks.NEVER;
            for (int i = waitingCount - 1; i >= 0; i--) {
                int port = waiting[i];
                var shaper = shapers[port];
                long due = shaper == null ? UplinkLinks.NEVER : shaper.release(nowNanos, exit);
                if (due == UplinkLinks.NEVER) {
                    isWaiting[port] = false;
                    waiting[i] = waiting[--waitingCount];
                }
                dueNanos = Math.min(dueNanos, due);
            }
        }
    }
}
