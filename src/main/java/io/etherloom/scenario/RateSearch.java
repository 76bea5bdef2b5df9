package io.etherloom.scenario;

/// Finds the highest rate that passes (RFC 2544, 26.1): first the highest of all; then, while none has passed, what arrived of the last one
/// and ever less; then the geometric middle between the highest that passed and the lowest that did not, until the two are as near as was
/// asked for. The middle is geometric because the rate may be anywhere between a hundred frames a second and ten million.
///
/// Pure arithmetic; one thread.
public final class RateSearch {
    /// How far below the last failure the next attempt lies while nothing has passed, in thousandths.
    private static final int[] STEPS_DOWN = {20, 50, 100, 250, 500};
    private static final int PPM = 1_000_000;

    private final long lowest;
    private final long resolutionPpm;
    private long passed;
    private long failed;
    private long next;
    private int failures;
    private boolean isDone;

    /// @param lowest        frames/s below which nothing is tried, from 1
    /// @param highest       frames/s at which the search begins
    /// @param resolutionPpm the search ends when passed and failed rate differ by no more, in millionths of the failed one
    public RateSearch(long lowest, long highest, long resolutionPpm) {
        if (lowest < 1 || highest < lowest || resolutionPpm < 1) {
            throw new IllegalArgumentException("from " + lowest + " to " + highest + " by " + resolutionPpm + " ppm");
        }
        this.lowest = lowest;
        this.resolutionPpm = resolutionPpm;
        next = highest;
    }

    public boolean isDone() {
        return isDone;
    }

    /// What is to be tried now, in frames/s.
    public long next() {
        return next;
    }

    /// The highest rate that passed, in frames/s; 0 while none has.
    public long passed() {
        return passed;
    }

    /// The rate that was [#next] has passed.
    public void passed(long reached) {
        passed = next;
        // Nothing has failed yet, so this was the highest; or the generator could not reach it, and higher ones are the same to it.
        if (failed == 0 || reached < next - next / 20) {
            isDone = true;
            return;
        }
        decide();
    }

    /// The rate that was [#next] has failed.
    ///
    /// @param reached   frames/s that were really sent; a generator may be slower than asked for
    /// @param delivered frames/s that arrived
    public void failed(long reached, long delivered) {
        failed = Math.min(next, Math.max(reached, 1));
        if (passed > 0) {
            failed = Math.max(failed, passed + 1);
            decide();
        } else {
            stepDown(delivered);
        }
    }

    private void stepDown(long delivered) {
        if (failed <= lowest) {
            isDone = true;
            return;
        }
        // The first time what arrived is the best guess; where the path is overwhelmed, it is one from below.
        boolean isGuess = failures == 0 && delivered > lowest && delivered < failed;
        int step = STEPS_DOWN[Math.min(failures, STEPS_DOWN.length - 1)];
        next = isGuess ? delivered : Math.max(lowest, failed - Math.max(1, failed * step / 1000));
        failures++;
    }

    private void decide() {
        long gap = failed - passed;
        if (gap <= 1 || gap * PPM <= failed * resolutionPpm) {
            isDone = true;
            return;
        }
        next = Math.clamp(Math.round(Math.sqrt((double) passed * failed)), passed + 1, failed - 1);
    }

    /// How much of the search is behind, 0 to 999 thousandths; an estimate that never falls while the bracket narrows.
    public int permille() {
        if (isDone) {
            return 999;
        }
        if (passed == 0 || failed == 0) {
            return Math.min(200, failures * 60);
        }
        double left = Math.log((double) failed / passed) / Math.log1p(resolutionPpm / (double) PPM);
        // Each trial halves what is left.
        double trials = Math.log(Math.max(left, 1)) / Math.log(2);
        return Math.clamp(Math.round(999 - trials * 90), 200, 999);
    }
}
