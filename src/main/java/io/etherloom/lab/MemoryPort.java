package io.etherloom.lab;

import io.etherloom.device.MemoryDevice;
import io.etherloom.linux.Libc;
import io.etherloom.traffic.Burst;
import io.etherloom.traffic.Tally;
import io.etherloom.traffic.TrafficPort;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.LockSupport;

/// The endpoint of a VM in memory as a place for test frames. A burst is given to the agent as one command; what arrives is counted on the
/// agent's thread.
final class MemoryPort implements TrafficPort {
    /// Between attempts the agent has time for a duty cycle, in which it empties the queue; commands that follow at once share one.
    private static final int ATTEMPTS = 1000;
    private static final long DUTY_CYCLE_NANOS = 20_000;

    private final String name;
    private final long mac;
    private final int mtu;
    private final MemoryDevice device;
    private final SwitchAgent agent;

    MemoryPort(String name, long mac, int mtu, MemoryDevice device, SwitchAgent agent) {
        this.name = name;
        this.mac = mac;
        this.mtu = mtu;
        this.device = device;
        this.agent = agent;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long mac() {
        return mac;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    /// The queue of the endpoint is short, so what finds it full is given again: nothing is refused while the agent works.
    @Override
    public int send(Burst burst, int count) {
        int taken = 0;
        for (int attempt = 0; taken < count && attempt < ATTEMPTS; attempt++) {
            int first = taken;
            taken += agent.commands().call(() -> inject(burst, first, count));
            if (taken < count) {
                LockSupport.parkNanos(DUTY_CYCLE_NANOS);
            }
        }
        return taken;
    }

    private int inject(Burst burst, int first, int count) {
        for (int i = first; i < count; i++) {
            if (!device.inject(burst.frame(i).toArray(ValueLayout.JAVA_BYTE))) {
                return i - first;
            }
        }
        return count - first;
    }

    @Override
    public void listen(int octets, Tally tally) {
        var libc = agent.libc();
        agent.commands().run(() -> device.sink((bytes, length) -> count(tally, libc, bytes, length)));
    }

    private static void count(Tally tally, Libc libc, MemorySegment bytes, int length) {
        tally.frame(bytes, 0, length, libc.realtimeNanos());
        tally.publish();
    }

    @Override
    public int drain(int limit) {
        return 0;
    }

    @Override
    public long overruns() {
        return 0;
    }

    @Override
    public void silence() {
        agent.commands().run(() -> device.sink(null));
    }

    @Override
    public void close() {
        silence();
    }
}
