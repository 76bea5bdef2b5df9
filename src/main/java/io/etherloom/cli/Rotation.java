package io.etherloom.cli;

import java.util.List;
import java.util.regex.Pattern;

/// When a capture goes on in another file, and how many of them are kept: the words of dumpcap's `-b`.
///
/// @param octets of a file at most, one frame may make it longer; 0 for any
/// @param nanos after which the next frame goes into another file; 0 for never
/// @param frames of a file; 0 for any
/// @param files that are kept, the newest; 0 for all
record Rotation(long octets, long nanos, long frames, int files) {
    static final Rotation NONE = new Rotation(0, 0, 0, 0);
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})(kB|KB|K|MB|M|GB|G|B)?");

    /// @param words such as `filesize:10MB`, `duration:60s`, `packets:100000`, `files:5`
    /// @throws Failure with exit code 2 for anything else
    static Rotation of(List<String> words) {
        long octets = 0;
        long nanos = 0;
        long frames = 0;
        int files = 0;
        for (var word : words) {
            int colon = word.indexOf(':');
            var value = word.substring(colon + 1);
            switch (word.substring(0, Math.max(colon, 0))) {
                case "filesize" -> octets = size(value);
                case "duration" -> nanos = DurationText.millis(value.matches("[0-9]+") ? value + "s" : value) * 1_000_000;
                case "packets" -> frames = number(word, value, Long.MAX_VALUE);
                case "files" -> files = (int) number(word, value, 100_000);
                default -> throw bad(word);
            }
        }
        var rotation = new Rotation(octets, nanos, frames, files);
        if (files > 0 && !rotation.isRotating()) {
            throw new Failure(ExitCode.BAD_INPUT, "-b files:" + files + " needs a reason to begin the next file: -b filesize:10MB, -b duration:60s or -b packets:100000");
        }
        return rotation;
    }

    private static long size(String value) {
        var match = SIZE.matcher(value);
        if (!match.matches() || match.group(1).matches("0+")) {
            throw bad("filesize:" + value);
        }
        // Without a unit it is kB, as with dumpcap.
        return Long.parseLong(match.group(1)) * switch (match.group(2)) {
            case "B" -> 1L;
            case "MB", "M" -> 1_000_000L;
            case "GB", "G" -> 1_000_000_000L;
            case null, default -> 1_000L;
        };
    }

    private static long number(String word, String value, long largest) {
        if (!value.matches("[0-9]{1,12}") || Long.parseLong(value) < 1 || Long.parseLong(value) > largest) {
            throw bad(word);
        }
        return Long.parseLong(value);
    }

    private static Failure bad(String word) {
        return new Failure(ExitCode.BAD_INPUT, "-b takes filesize:10MB (a bare number is kB), duration:60s, packets:100000 and files:5, not \"" + word + "\"");
    }

    boolean isRotating() {
        return octets > 0 || nanos > 0 || frames > 0;
    }

    /// Whether the next frame belongs into another file.
    ///
    /// @param size that the file would have with it
    /// @param ageNanos of the file
    /// @param count of frames that are in it
    boolean isDue(long size, long ageNanos, long count) {
        return octets > 0 && size > octets || nanos > 0 && ageNanos >= nanos || frames > 0 && count >= frames;
    }
}
