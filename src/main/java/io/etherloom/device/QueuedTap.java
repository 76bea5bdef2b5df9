package io.etherloom.device;

import io.etherloom.agent.Inbox;
import io.etherloom.frame.DropReason;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FrameBatch;
import io.etherloom.frame.FramePool;
import io.etherloom.linux.Libc;
import io.etherloom.linux.Tun;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A TAP of one or more queues as the port's agent sees it: the system calls of each queue are done by a [TapPump], which may be on another
/// agent, with a ring each way. The frames of a flow always go by one queue ([FlowQueues]), so their order is kept.
public final class QueuedTap extends ReadyList.Member implements Inbox.Listener {
    private static final int MAX_DISCARDED = 10_000;

    private final FramePool pool;
    private final Outbox outbox;
    private final Libc libc;
    private final List<Queue> queues = new ArrayList<>();
    private final FlowQueues flows;
    private boolean isUp;
    private int turn;

    /// A queue of the TAP, who serves it, and what is on its way.
    private record Queue(Tun tun, TapPump pump, FramePipe in, FramePipe out) {}

    /// Who serves a queue.
    ///
    /// @param inbox of its agent
    /// @param libc of its agent
    public record Server(Tun tun, Inbox inbox, Libc libc) {}

    /// The link begins down; who attaches the device brings it up.
    ///
    /// @param side of the port's agent
    /// @param libc of the port's agent
    public QueuedTap(AgentSide side, Libc libc, List<Server> servers) {
        super(side.ready());
        pool = side.pool();
        outbox = side.outbox();
        this.libc = libc;
        flows = new FlowQueues(servers.size());
        for (var server : servers) {
            var in = new FramePipe(side.inbox());
            var out = new FramePipe(server.inbox());
            queues.add(new Queue(server.tun(), new TapPump(server.tun(), server.libc(), in, out), in, out));
        }
    }

    /// In the order of the servers.
    public TapPump pump(int queue) {
        return queues.get(queue).pump();
    }

    /// Records that a pump could not deliver; any thread.
    public long refused() {
        long sum = 0;
        for (var queue : queues) {
            sum += queue.pump().refused();
        }
        return sum;
    }

    @Override
    public void owner(@Nullable Object owner) {
        super.owner(owner);
        for (var queue : queues) {
            if (owner == null) {
                queue.in().ignore(this);
                queue.in().look();      // What is left is taken out by whoever unplugs it.
            } else {
                queue.in().listen(this);
            }
        }
    }

    @Override
    public void mayHaveArrived() {
        boolean hasArrived = false;
        for (int i = 0; i < queues.size(); i++) {
            hasArrived |= queues.get(i).in().look();
        }
        if (hasArrived) {
            announce();
        }
    }

    /// The queues have their turn one after the other, so that a busy one keeps none away.
    @Override
    public int receive(FrameBatch batch) {
        int count = 0;
        boolean isSpent = true;
        for (int i = 0; i < queues.size(); i++) {
            int index = (turn + i) % queues.size();
            count += receive(index, batch);
            isSpent &= queues.get(index).in().isSpent();
        }
        turn = (turn + 1) % queues.size();
        if (!isSpent) {
            announce();
        }
        return count;
    }

    private int receive(int index, FrameBatch batch) {
        var in = queues.get(index).in();
        int count = 0;
        while (batch.room() > 0) {
            var frame = in.take(pool);
            if (frame == null) {
                break;
            }
            if (queues.size() > 1) {
                flows.arrived(frame, index);
            }
            batch.add(frame, in.takenTag());
            count++;
        }
        return count;
    }

    @Override
    public @Nullable DropReason transmit(Frame frame, int tag) {
        if (!isUp) {
            return DropReason.LINK_DOWN;
        }
        int index = queues.size() == 1 ? 0 : flows.queueOf(frame);
        return queues.get(index).out().write(frame, tag, outbox) ? null : DropReason.QUEUE_FULL;
    }

    /// While all agents stand still.
    @Override
    public void setLink(boolean isUp) {
        if (isUp && !this.isUp) {
            queues.forEach(this::discardArrived);
        }
        this.isUp = isUp;
        queues.getFirst().tun().setCarrier(libc, isUp);
    }

    /// What the interface sent before the link came up was never on a wire.
    private void discardArrived(Queue queue) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment scrap = arena.allocate(FramePipe.MAX_RECORD);
            for (int i = 0; i < MAX_DISCARDED && queue.tun().read(libc, scrap.address(), scrap.byteSize()) > 0; i++) {
                // The bytes are of no use.
            }
        }
        queue.in().clear();
    }

    /// The queues of the TAP are closed by whoever opened them.
    @Override
    public void close() {
        queues.forEach(queue -> queue.in().clear());
    }
}
