package io.etherloom.esxcli;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Reads what `ss -HOtunapi` in a host's namespace writes.
class ConnectionCommandsTest {
    private static @Nullable String row(String line, String type) {
        var row = ConnectionCommands.row(line, type);
        return row == null ? null : String.join("|", row.fields().sequencedValues().stream().map(Value::text).toList());
    }

    @Test void readsSocketsOfBothProtocols() {
        var flow = "tcp ESTAB  0       262250          10.0.0.11:60592          10.0.0.12:5201  users:((\"iperf3\",pid=25330,fd=5)) cubic wscale:10,10 rto:204";
        assertThat(row(flow, "")).isEqualTo("tcp|0|262250|10.0.0.11:60592|10.0.0.12:5201|ESTABLISHED|25330|cubic|iperf3");
        assertThat(row(flow, "tcp")).isEqualTo(row(flow, "all")).isEqualTo(row(flow, "ip")).isNotNull();
        assertThat(row(flow, "udp")).isNull();
        assertThat(row("tcp LISTEN 0 4096 *:5201 *:* users:((\"iperf3\",pid=7,fd=3)) bbr cwnd:10", "")).isEqualTo("tcp|0|4096|0.0.0.0:5201|0.0.0.0:0|LISTEN|7|bbr|iperf3");
        assertThat(row("tcp TIME-WAIT 0 0 [::ffff:127.0.0.1]:5201 [2001:db8::1]:60592", "")).isEqualTo("tcp|0|0|127.0.0.1:5201|2001:db8::1:60592|TIME_WAIT|0||");
        assertThat(row("udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:*", "udp")).isEqualTo("udp|0|0|127.0.0.53:53|0.0.0.0:0||0||");
        assertThat(row("\t cubic wscale:7,7", "")).isNull();
    }
}
