package io.etherloom.scenario;

/// Finds the longest burst that passes whole (RFC 2544, 26.4): twice as long each time until one does not pass, then the middle between
/// the longest that passed and the shortest that did not, until they differ by a hundredth. Pure arithmetic; one thread.
public final class BurstSearch {
    private static final int FRACTION = 100;

    private final long longest;
    private long passed;
    private long failed;
    private long next;
    private boolean isDone;

    /// @param first   frames to begin with
    /// @param longest frames at most
    public BurstSearch(long first, long longest) {
        if (first < 1 || longest < first) {
            throw new IllegalArgumentException("from " + first + " to " + longest);
        }
        this.longest = longest;
        next = first;
    }

    public boolean isDone() {
        return isDone;
    }

    /// Frames of the burst that is to be tried now.
    public long next() {
        return next;
    }

    /// Frames of the longest burst that passed; 0 while none has.
    public long passed() {
        return passed;
    }

    /// Whether the longest burst that may be tried has passed, so that the true limit is not known.
    public boolean isUnlimited() {
        return passed == longest;
    }

    /// How much of the search is behind, 0 to 999 thousandths; an estimate.
    public int permille() {
        double doubled = Math.log(next) / Math.log(Math.max(2, longest));
        return failed == 0 ? Math.clamp(Math.round(600 * doubled), 0, 600)
            : Math.clamp(Math.round(999 - 60 * Math.log1p((failed - passed) * (double) FRACTION / failed)), 600, 999);
    }

    /// Whether the burst that was [#next] arrived whole.
    public void tried(boolean isWhole) {
        if (isWhole) {
            passed = next;
        } else {
            failed = next;
        }
        if (failed == 0) {
            isDone = passed == longest;
            next = Math.min(longest, next * 2);
            return;
        }
        long gap = failed - passed;
        isDone = gap <= Math.max(1, failed / FRACTION);
        next = passed + gap / 2;
    }
}
