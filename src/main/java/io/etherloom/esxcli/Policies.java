package io.etherloom.esxcli;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// The effective policies of a vSwitch or port group, as its view shows them.
///
/// @param owner the object of the view
record Policies(Facts owner) {
    private static final Map<String, Long> UNITS = Map.of("bps", 1L, "Kbps", 1_000L, "Mbps", 1_000_000L, "Gbps", 1_000_000_000L,
        "B", 1L, "KB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30);

    /// @param policy its path in the file
    String text(String policy) {
        return owner.list("policies").stream().filter(it -> it.is("policy", policy)).findFirst().map(it -> it.text("value")).orElse("");
    }

    boolean is(String policy, String value) {
        return text(policy).equals(value);
    }

    boolean isYes(String policy) {
        return is(policy, "yes");
    }

    /// Whether a port group says so itself.
    boolean overrides(String policy) {
        return owner.texts("overrides").contains(policy);
    }

    /// The names of a list such as `[vmnic0, vmnic1]`.
    List<String> list(String policy) {
        return Arrays.stream(text(policy).replaceAll("[\\[\\] ]", "").split(",")).filter(name -> !name.isEmpty()).toList();
    }

    /// A rate such as `8 Mbps`, in kbit/s.
    long kilobits(String policy) {
        return amount(policy) / 1_000;
    }

    /// A size such as `64 KB`, in KiB.
    long kibibytes(String policy) {
        return amount(policy) >> 10;
    }

    private long amount(String policy) {
        var words = text(policy).split(" ");
        return words.length == 2 ? Long.parseLong(words[0]) * UNITS.getOrDefault(words[1], 1L) : 0;
    }
}
