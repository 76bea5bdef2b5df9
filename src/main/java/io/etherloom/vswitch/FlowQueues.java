package io.etherloom.vswitch;

import io.etherloom.frame.Frame;
import io.etherloom.frame.FramePool;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Frames that wait at a shaper, in one ring for each flow, served in turn, one frame each. Decides no limits. Whose turn it is stays
/// fixed until that frame is taken, whoever comes meanwhile. Each frame in it is held once.
///
/// Owned by one [Shaper]. Rings grow and never shrink, so after a while nothing is allocated.
final class FlowQueues {
    /// A power of two. More would tell more flows apart, and make a port whose queue holds ten frames serve each of them seldom.
    static final int COUNT = 8;

    private final Ring[] rings = new Ring[COUNT];
    private int size;
    private int turn;

    FlowQueues() {
        Arrays.setAll(rings, _ -> new Ring());
    }

    /// Queues in which as many frames of the same lengths wait in the same order.
    static FlowQueues shapesOf(FlowQueues other) {
        var copy = new FlowQueues();
        var shapes = FramePool.ofShapes(other.size);
        for (int flow = 0; flow < COUNT; flow++) {
            var ring = other.rings[flow];
            for (int nth = 0; nth < ring.size; nth++) {
                copy.add(flow, shapes.shapeOf(ring.frame(nth)), ring.tag(nth));
            }
        }
        copy.turn = other.turn;
        return copy;
    }

    int size() {
        return size;
    }

    int size(int flow) {
        return rings[flow].size;
    }

    /// Takes over the caller's hold.
    void add(int flow, Frame frame, int tag) {
        if (size++ == 0) {
            turn = flow;
        }
        rings[flow].add(frame, tag);
    }

    /// The frame whose turn it is; there is one.
    Frame first() {
        return rings[turn].frame(0);
    }

    int firstTag() {
        return rings[turn].tag(0);
    }

    /// Hands [#first] over to the caller; the turn goes to the next flow.
    Frame take() {
        var frame = rings[turn].takeFirst();
        size--;
        for (int i = 1; i <= COUNT && size > 0; i++) {
            int flow = turn + i & COUNT - 1;
            if (rings[flow].size > 0) {
                turn = flow;
                break;
            }
        }
        return frame;
    }

    /// The flow with the most frames; of equal ones not that whose turn it is.
    int longest() {
        int longest = turn + 1 & COUNT - 1;
        for (int i = 2; i <= COUNT; i++) {
            int flow = turn + i & COUNT - 1;
            if (rings[flow].size > rings[longest].size) {
                longest = flow;
            }
        }
        return longest;
    }

    /// The tag of the newest frame of a flow that has one.
    int newestTag(int flow) {
        return rings[flow].tag(rings[flow].size - 1);
    }

    /// Hands the newest frame of a flow over to the caller. It must not be [#first].
    Frame takeNewest(int flow) {
        size--;
        return rings[flow].takeLast();
    }

    /// A double-ended queue of frames and their tags.
    private static final class Ring {
        private @Nullable Frame[] frames = new Frame[8];
        private int[] tags = new int[8];
        private int head;
        private int size;

        void add(Frame frame, int tag) {
            if (size == frames.length) {
                grow();
            }
            frames[at(size)] = frame;
            tags[at(size)] = tag;
            size++;
        }

        private void grow() {
            var larger = new Frame[size * 2];
            var largerTags = new int[size * 2];
            for (int i = 0; i < size; i++) {
                larger[i] = frames[at(i)];
                largerTags[i] = tags[at(i)];
            }
            frames = larger;
            tags = largerTags;
            head = 0;
        }

        @SuppressWarnings("NullAway")
        Frame frame(int nth) {
            return frames[at(nth)];
        }

        int tag(int nth) {
            return tags[at(nth)];
        }

        Frame takeFirst() {
            var frame = frame(0);
            frames[head] = null;
            head = at(1);
            size--;
            return frame;
        }

        Frame takeLast() {
            var frame = frame(--size);
            frames[at(size)] = null;
            return frame;
        }

        private int at(int nth) {
            return head + nth & frames.length - 1;
        }
    }
}
