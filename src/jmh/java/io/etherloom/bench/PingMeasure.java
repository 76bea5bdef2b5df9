package io.etherloom.bench;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// ICMP echo, answered by the other side's kernel, every four milliseconds: each request finds the peer asleep, as in a quiet lab.
final class PingMeasure implements Measure {
    static final Quantity P50 = new Quantity("round trip p50", "µs");
    static final Quantity P99 = new Quantity("round trip p99", "µs");

    private static final double INTERVAL_SECONDS = 0.004;
    private static final Pattern TIME = Pattern.compile("time=([0-9.]+) ms");

    private final Scratch scratch;

    PingMeasure(Scratch scratch) {
        this.scratch = scratch;
    }

    @Override
    public String name() {
        return "round trips";
    }

    @Override
    public @Nullable String missing() {
        return Bed.hasCommand("ping") ? null : "round trips left out: there is no ping";
    }

    @Override
    public List<Value> measure(Peer peer, double seconds) {
        int count = (int) (seconds / INTERVAL_SECONDS);
        var printed = scratch.run("ip", "netns", "exec", peer.left(), "taskset", "-c", Integer.toString(Bed.SENDER_CPU),
            "ping", "-n", "-i", Double.toString(INTERVAL_SECONDS), "-c", Integer.toString(count), "-W", "1", Peer.RECEIVER);
        var micros = TIME.matcher(printed).results().mapToDouble(it -> Double.parseDouble(it.group(1)) * 1000).toArray();
        return List.of(new Value(P50, Series.percentile(micros, 0.5)), new Value(P99, Series.percentile(micros, 0.99)));
    }
}
