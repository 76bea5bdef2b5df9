package io.etherloom.it;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Reads what `ping -n` prints, an answer a line. The summary of ping would count a request as lost that was on its way when ping ended.
final class Pings {
    private static final String SEQUENCE = "icmp_seq=";

    private Pings() {}

    /// The sequence number answered last.
    static int highest(Command ping) {
        return ping.outEnd().lines().mapToInt(Pings::sequence).max().orElse(0);
    }

    /// The sequence numbers before the highest answered one that had no answer.
    static List<Integer> missing(String report) {
        var seen = new BitSet();
        report.lines().mapToInt(Pings::sequence).forEach(seen::set);
        var missing = new ArrayList<Integer>();
        for (int i = seen.nextClearBit(1); i < seen.length(); i = seen.nextClearBit(i + 1)) missing.add(i);
        return missing;
    }

    /// How often there was a time without answers.
    static int gaps(String report) {
        var missing = missing(report);
        return (int) missing.stream().filter(number -> !missing.contains(number - 1)).count();
    }

    /// Of a whole line, else 0.
    private static int sequence(String line) {
        int begin = line.indexOf(SEQUENCE) + SEQUENCE.length();
        int end = line.indexOf(' ', begin);
        return begin < SEQUENCE.length() || end < 0 || !line.endsWith(" ms") ? 0 : Integer.parseInt(line.substring(begin, end));
    }
}
