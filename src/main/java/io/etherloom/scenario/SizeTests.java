package io.etherloom.scenario;

import io.etherloom.traffic.TestFrame;
import io.etherloom.traffic.Trial;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// The tests of RFC 2544, section 26, for one frame size on one course. A test that was ended before its result gives null, or what it had.
final class SizeTests {
    /// A path that passes less is not one to be measured.
    private static final long LOWEST_RATE = 100;
    /// The generator did not reach the rate that was asked for, and more would not be more.
    private static final double REACHED = 0.95;
    private static final long FIRST_BURST = 16;

    /// How long and how exactly; see [Rfc2544Settings].
    record Limits(
            long trialMillis, long latencyMillis, int latencyRepetitions, int burstRepetitions, long resolutionPpm, long tolerancePpm,
            long maxFramesPerSecond, long maxBurstFrames) {}

    /// Told what is being done.
    @FunctionalInterface
    interface Teller {
        /// @param permille of the test, 0 to 1000
        void tell(String test, int permille, String sentence);
    }

    private final Course course;
    private final int frameSize;
    private final Limits limits;
    private final Teller teller;

    /// @param frameSize octets with frame check sequence
    SizeTests(Course course, int frameSize, Limits limits, Teller teller) {
        this.course = course;
        this.frameSize = frameSize;
        this.limits = limits;
        this.teller = teller;
    }

    private int octets() {
        return frameSize - TestFrame.FCS_OCTETS;
    }

    /// 26.1: the highest rate at which nothing is lost.
    SizeReport.@Nullable Throughput throughput() {
        long highest = limits.maxFramesPerSecond == 0 ? Trial.UNPACED : limits.maxFramesPerSecond;
        var search = new RateSearch(Math.min(LOWEST_RATE, highest), highest, limits.resolutionPpm);
        var trials = new ArrayList<TrialReport>();
        List<Loss> losses = List.of();
        long passed = 0;
        long failed = Long.MAX_VALUE;
        while (!search.isDone()) {
            var trial = trial("throughput", search.next(), limits.trialMillis, search.permille());
            if (course.isOver()) {
                return null;
            }
            trials.add(trial);
            if (trial.passes(limits.tolerancePpm)) {
                search.passed(trial.framesPerSecond());
                passed = Math.max(passed, trial.framesPerSecond());
            } else {
                search.failed(trial.framesPerSecond(), trial.deliveredFramesPerSecond());
                if (trial.framesPerSecond() <= failed) {
                    failed = trial.framesPerSecond();
                    losses = trial.losses();
                }
            }
        }
        return new SizeReport.Throughput(passed, passed * frameSize * 8, limit(search, trials), losses, trials);
    }

    private String limit(RateSearch search, List<TrialReport> trials) {
        boolean hasFailed = trials.stream().anyMatch(trial -> !trial.passes(limits.tolerancePpm));
        var best = trials.stream().filter(trial -> trial.passes(limits.tolerancePpm)).toList();
        boolean isOutpaced = !best.isEmpty() && best.getLast().framesPerSecond() < search.passed() * REACHED;
        return isOutpaced ? "generator" : hasFailed ? "loss" : "max-rate";
    }

    private TrialReport trial(String test, long framesPerSecond, long millis, int permille) {
        var rate = framesPerSecond == Trial.UNPACED ? "as fast as it goes" : String.format("%,d frames/s", framesPerSecond);
        teller.tell(test, permille, rate);
        var load = course.load(octets(), framesPerSecond, Trial.MAX_FRAMES, millis * 1_000_000);
        return course.run(load, framesPerSecond == Trial.UNPACED ? 0 : framesPerSecond, _ -> teller.tell(test, permille, rate)).report();
    }

    /// 26.2, at half the throughput.
    SizeReport.@Nullable Latency latency(SizeReport.Throughput throughput) {
        long rate = Math.max(1, throughput.framesPerSecond() / 2);
        var all = new Histogram(3);
        long lost = 0;
        int repetitions = 0;
        for (; repetitions < limits.latencyRepetitions && throughput.framesPerSecond() > 0; repetitions++) {
            var sentence = String.format("%,d frames/s, %d of %d", rate, repetitions + 1, limits.latencyRepetitions);
            int permille = 1000 * repetitions / limits.latencyRepetitions;
            var load = course.load(octets(), rate, Trial.MAX_FRAMES, limits.latencyMillis * 1_000_000);
            var outcome = course.run(load, rate, _ -> teller.tell("latency", permille, sentence));
            if (course.isOver()) {
                break;
            }
            all.add(outcome.latency());
            lost += outcome.report().lostFrames();
        }
        return repetitions == 0 ? null : new SizeReport.Latency(rate, repetitions, lost, LatencyReport.of(all));
    }

    /// 26.3: from the highest rate down by tenths of it, until two in a row lose nothing.
    List<SizeReport.LossRate> lossRates(SizeReport.Throughput throughput) {
        long highest = throughput.trials().getFirst().framesPerSecond();
        var rates = new ArrayList<SizeReport.LossRate>();
        int lossless = 0;
        for (int percent = 100; percent > 0 && lossless < 2 && !course.isOver(); percent -= 10) {
            var trial = trial("loss", Math.max(1, highest * percent / 100), limits.trialMillis, 1000 - percent * 10);
            if (course.isOver()) {
                break;
            }
            rates.add(new SizeReport.LossRate(percent, trial));
            lossless = trial.lostFrames() == 0 ? lossless + 1 : 0;
        }
        return rates;
    }

    /// 26.4: the longest burst that arrives whole.
    SizeReport.@Nullable BackToBack backToBack() {
        long sum = 0;
        boolean isLimited = false;
        List<Loss> losses = List.of();
        for (int repetition = 0; repetition < limits.burstRepetitions; repetition++) {
            var search = new BurstSearch(Math.min(FIRST_BURST, limits.maxBurstFrames), limits.maxBurstFrames);
            while (!search.isDone()) {
                int permille = (1000 * repetition + search.permille()) / limits.burstRepetitions;
                var sentence = String.format("%,d frames in a row", search.next());
                teller.tell("back-to-back", permille, sentence);
                var load = course.load(octets(), Trial.UNPACED, search.next(), Long.MAX_VALUE);
                var trial = course.run(load, 0, _ -> teller.tell("back-to-back", permille, sentence)).report();
                if (course.isOver()) {
                    return repetition == 0 ? null : new SizeReport.BackToBack(sum / repetition, isLimited, repetition, losses);
                }
                search.tried(trial.lostFrames() == 0);
                losses = trial.lostFrames() == 0 ? losses : trial.losses();
            }
            sum += search.passed();
            isLimited |= !search.isUnlimited();
        }
        return new SizeReport.BackToBack(sum / limits.burstRepetitions, isLimited, limits.burstRepetitions, losses);
    }
}
