package io.etherloom.device;

import io.etherloom.agent.Inbox;
import io.etherloom.linux.Errno;
import io.etherloom.linux.Libc;
import io.etherloom.linux.Tun;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// One queue of a TAP on an agent that does its system calls and nothing else: what the interface sends is read straight into the ring to
/// the agent of its port, what that agent sends is written straight from the other ring. Frames are not looked at and need no pool.
///
/// Used on its own agent; [#refused] is for any thread.
public final class TapPump implements Inbox.Listener {
    private static final int BATCH = 64;
    private static final VarHandle REFUSED = refusedHandle();

    private final Tun tun;
    private final Libc libc;
    private final FramePipe toPort;
    private final FramePipe toTap;
    private boolean isBlocked;
    private long refused;

    TapPump(Tun tun, Libc libc, FramePipe toPort, FramePipe toTap) {
        this.tun = tun;
        this.libc = libc;
        this.toPort = toPort;
        this.toTap = toTap;
    }

    private static VarHandle refusedHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(TapPump.class, "refused", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// What `epoll` watches for frames.
    public int descriptor() {
        return tun.fd();
    }

    /// The agent serves it from now on.
    public void begin() {
        toTap.listen(this);
    }

    /// It does no more. What is still on its way to the TAP is written; what the TAP refuses is counted.
    public void end() {
        toTap.ignore(this);
        transmit();
        toTap.look();
        while (!toTap.isSpent()) {
            toTap.ring().release();
            refuse();
        }
        isBlocked = false;
    }

    /// From the TAP to the port, as much as a duty cycle brings and the ring takes; the rest waits in the kernel, which counts what it drops.
    ///
    /// @return frames, or -errno when the TAP has failed for good
    public int receive() {
        var ring = toPort.ring();
        long memory = ring.memory().address();
        int count = 0;
        for (long at = ring.claim(FramePipe.MAX_RECORD); at >= 0 && count < BATCH; at = ring.claim(FramePipe.MAX_RECORD)) {
            long received = tun.read(libc, memory + at, FramePipe.MAX_RECORD);
            if (received < 0) {
                if (received != -Errno.EAGAIN && received != -Errno.EINTR && count == 0) {
                    return (int) received;
                }
                break;
            }
            ring.commit((int) received);
            count++;
        }
        if (count > 0) {
            toPort.announce();
        }
        return count;
    }

    @Override
    public void mayHaveArrived() {
        transmit();
    }

    /// From the port to the TAP, until the ring is empty or the TAP takes no more.
    ///
    /// @return frames
    public int transmit() {
        var ring = toTap.ring();
        long memory = ring.memory().address();
        int count = 0;
        isBlocked = false;
        toTap.look();
        for (long at = toTap.next(); at >= 0; at = toTap.next()) {
            long written = tun.write(libc, memory + at, ring.length());
            if (written == -Errno.EAGAIN) {
                isBlocked = true;
                break;
            }
            if (written < 0) {
                refuse();      // The interface is down at its own side, or gone.
            }
            ring.release();
            count++;
        }
        return count;
    }

    /// Whether frames wait for the TAP; [#transmit] tries again.
    public boolean isBlocked() {
        return isBlocked;
    }

    private void refuse() {
        REFUSED.setOpaque(this, refused + 1);
    }

    /// Records that the port has sent and the TAP did not take, because its interface was down.
    public long refused() {
        return (long) REFUSED.getOpaque(this);
    }
}
