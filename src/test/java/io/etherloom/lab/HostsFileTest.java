package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HostsFileTest {
    @Test
    void hasLocalhostAndEachNameWithItsAddressesInOrder() {
        var text = HostsFile.text(Map.of("web2", List.of("10.0.10.12", "fd00::12"), "db1", List.of("10.0.30.5"), "idle", List.of()));
        assertThat(text.lines()).startsWith("127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback", "10.0.30.5 db1", "10.0.10.12 web2",
            "fd00::12 web2");
        assertThat(text).doesNotContain("idle");
    }
}
