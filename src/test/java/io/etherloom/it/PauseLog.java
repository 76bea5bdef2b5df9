package io.etherloom.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// What a JVM wrote by `-Xlog:gc,safepoint:file=…`.
///
/// @param collectionMillis of each pause of the garbage collector
/// @param safepointMillis of each stop of all threads, whatever for, from the wish for it to its end
record PauseLog(List<Double> collectionMillis, List<Double> safepointMillis) {
    private static final Pattern COLLECTION = Pattern.compile("GC\\(\\d+\\) .*Pause .* (\\d+\\.\\d+)ms$");
    private static final Pattern SAFEPOINT = Pattern.compile("Safepoint .* Total: +(\\d+) ns");

    static PauseLog of(Path file) throws IOException {
        var lines = Files.readAllLines(file);
        return new PauseLog(
                lines.stream().map(COLLECTION::matcher).filter(it -> it.find()).map(it -> Double.valueOf(it.group(1))).toList(),
                lines.stream().map(SAFEPOINT::matcher).filter(it -> it.find()).map(it -> Long.parseLong(it.group(1)) / 1e6).toList());
    }

    /// What has been added since an earlier look at the same file.
    PauseLog since(PauseLog earlier) {
        return new PauseLog(
                collectionMillis.subList(earlier.collectionMillis.size(), collectionMillis.size()),
                safepointMillis.subList(earlier.safepointMillis.size(), safepointMillis.size()));
    }

    static double longest(List<Double> millis) {
        return millis.stream().mapToDouble(it -> it).max().orElse(0);
    }

    @Override
    public String toString() {
        return "%d collections, longest %.2f ms; %d safepoints, longest %.2f ms".formatted(
                collectionMillis.size(), longest(collectionMillis), safepointMillis.size(), longest(safepointMillis));
    }
}
