package io.etherloom.esxcli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Reads what `ip -s neigh` of a host's namespace writes.
class NeighborCommandsTest {
    private static @Nullable String row(String line, String version) {
        var row = NeighborCommands.row(line, List.of("vmk0"), version);
        return row == null ? null : String.join("|", row.fields().sequencedValues().stream().map(Value::text).toList());
    }

    @Test void readsWhomTheKernelKnows() {
        var known = "10.0.0.1 dev vmk0 lladdr 00:50:56:00:00:01 ref 1 used 12/8/5 probes 1 REACHABLE ";
        assertThat(row(known, "")).isEqualTo("10.0.0.1|00:50:56:00:00:01|vmk0|1192 sec||Dynamic");
        assertThat(row(known, "4")).isNotNull();
        assertThat(row(known, "6")).isNull();
        assertThat(row(known.replace("vmk0", "lo"), "")).isNull();
        assertThat(row(known.replace("/8/", "/9000/"), "")).contains("|0 sec|");
        assertThat(row("2001:db8::1 dev vmk0 lladdr 00:50:56:00:00:01 router used 0/0/0 probes 4 STALE", "6"))
            .isEqualTo("2001:db8::1|00:50:56:00:00:01|vmk0|0 sec|Stale|Dynamic");
        assertThat(row("10.0.0.1 dev vmk0 lladdr 00:50:56:00:00:01 used 0/0/0 probes 0 PERMANENT", "")).endsWith("|Static");
    }

    @Test void leavesOutWhoDidNotAnswer() {
        assertThat(row("10.0.0.9 dev vmk0 used 0/0/0 probes 6 FAILED", "")).isNull();
        assertThat(row("", "")).isNull();
    }
}
