package io.etherloom.lab;

import io.etherloom.device.Device;
import io.etherloom.device.QueuedTap;
import io.etherloom.linux.Tun;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A TAP whose queues are served by several agents, or by another one than that of its port. Queue `k` is served by the agent `first + k`
/// places after that of the port, in the order of their numbers.
final class QueuedTapSource implements DeviceRuntime.Source {
    private final List<Tun> queues;
    private final Agents agents;
    private final int first;
    private final List<SwitchAgent> servers = new ArrayList<>();
    private volatile @Nullable QueuedTap made;
    private volatile long refusedBefore;

    /// @param first 0 when the port's agent serves the first queue, 1 when the next one does
    QueuedTapSource(List<Tun> queues, Agents agents, int first) {
        this.queues = List.copyOf(queues);
        this.agents = agents;
        this.first = first;
    }

    @Override
    public Device on(SwitchAgent agent) {
        var previous = made;
        refusedBefore = refusedBefore + (previous == null ? 0 : previous.refused());
        servers.clear();
        var wanted = new ArrayList<QueuedTap.Server>();
        for (int i = 0; i < queues.size(); i++) {
            var server = agents.at((agents.numberOf(agent) + first + i) % agents.count());
            servers.add(server);
            wanted.add(new QueuedTap.Server(queues.get(i), server.side().inbox(), server.libc()));
        }
        var tap = new QueuedTap(agent.side(), agent.libc(), wanted);
        made = tap;
        return tap;
    }

    @Override
    public void plugged(SwitchAgent.Attachment port) {
        var tap = made;
        for (int i = 0; tap != null && i < servers.size(); i++) {
            servers.get(i).serve(tap.pump(i), port);
        }
    }

    @Override
    public void unplugged() {
        var tap = made;
        for (int i = 0; tap != null && i < servers.size(); i++) {
            servers.get(i).dismiss(tap.pump(i));
        }
    }

    /// Frames that its ports have sent and the TAP did not take. Any thread.
    @Override
    public long refused() {
        var tap = made;
        return refusedBefore + (tap == null ? 0 : tap.refused());
    }

    @Override
    public void close(@Nullable Device device) {
        queues.forEach(Tun::close);
    }

    @Override
    public boolean isInMemory() {
        return false;
    }
}
