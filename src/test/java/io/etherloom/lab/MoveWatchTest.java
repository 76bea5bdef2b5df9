package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.CapturePoint;
import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import io.etherloom.wire.Tag;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What counts as a frame that a vNIC got at both hosts.
final class MoveWatchTest {
    private final FramePool pool = new FramePool(4, 1);
    private final MoveWatch watch = new MoveWatch("esx2");

    @AfterEach
    void close() {
        pool.close();
    }

    private void gets(int number, long nowNanos) {
        var bytes = Scenario.frame(0x00_50_56_00_00_11L, 0x02_00_00_00_00_01L, 0x88B5, 60 + number);
        var frame = Objects.requireNonNull(pool.take());
        MemorySegment.copy(bytes, 0, frame.head(), ValueLayout.JAVA_BYTE, Frame.HEADROOM, bytes.length);
        frame.parse(bytes.length, null);
        watch.observe(CapturePoint.VNIC_RX, frame, Tag.NONE, null, nowNanos);
        frame.release();
    }

    private void move(long stoppedNanos, int repeated) {
        watch.stunned(stoppedNanos, repeated);
        watch.arrived("esx2");
    }

    @Test
    void whatCameBeforeAndComesAgainIsADuplicate() {
        gets(1, 10);
        gets(2, 20);
        move(30, 0);
        gets(2, 40);
        gets(3, 50);
        assertThat(watch.duplicates()).isEqualTo(1);
    }

    /// The guest never got it.
    @Test
    void whatCameAfterTheGuestHadStoppedIsNone() {
        gets(1, 10);
        gets(2, 20);
        move(15, 0);
        gets(2, 40);
        assertThat(watch.duplicates()).isZero();
    }

    /// It was of a batch that began before the guest had stopped, and came to the device after that.
    @Test
    void whatIsRepeatedIsNone() {
        gets(1, 10);
        gets(2, 20);
        gets(3, 20);
        move(30, 2);
        gets(2, 40);
        gets(3, 40);
        assertThat(watch.duplicates()).isZero();
        gets(1, 50);
        assertThat(watch.duplicates()).isEqualTo(1);
    }

    /// Back at the first host everything begins anew: so many frames are compared after each arrival.
    @Test
    void aMoveThatIsTakenBackBeginsAnew() {
        gets(1, 10);
        move(20, 0);
        for (int i = 0; i < 256; i++) {
            gets(2, 25);
        }
        gets(1, 26);
        assertThat(watch.duplicates()).as("beyond those that are compared").isZero();
        watch.arrived("esx1");
        gets(3, 30);
        move(40, 0);
        gets(3, 50);
        assertThat(watch.duplicates()).isEqualTo(1);
        assertThat(watch.deafNanos()).isEqualTo(20);
    }
}
