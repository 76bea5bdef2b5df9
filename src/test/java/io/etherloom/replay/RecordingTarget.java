package io.etherloom.replay;

import java.util.ArrayList;
import java.util.List;

/// A port and a clock in one: it keeps what it is given with the time at which that was, and time passes only when somebody waits.
final class RecordingTarget implements FrameTarget, ReplayClock {
    static final long MAC = 0x0050_5600_0007L;
    private static final long BEGIN = 5_000_000_000L;

    final List<byte[]> frames = new ArrayList<>();
    /// When each frame came, in nanoseconds from the beginning.
    final List<Long> times = new ArrayList<>();
    long now = BEGIN;
    /// So many offers find no room.
    int full;
    /// After so many frames the port has gone.
    int goneAfter = Integer.MAX_VALUE;
    /// Each wait takes so much longer than it should.
    long oversleptNanos;

    @Override
    public long mac() {
        return MAC;
    }

    @Override
    public int maxLength() {
        return 9014;
    }

    @Override
    public boolean offer(byte[] wire) {
        if (full > 0) {
            full--;
            return false;
        }
        frames.add(wire.clone());
        times.add(now - BEGIN);
        return true;
    }

    @Override
    public long taken() {
        return frames.size();
    }

    @Override
    public boolean isGone() {
        return frames.size() >= goneAfter;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void awaitUntil(long nanos) {
        now = Math.max(now, nanos) + oversleptNanos;
    }
}
