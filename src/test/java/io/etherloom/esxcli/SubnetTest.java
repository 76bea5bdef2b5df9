package io.etherloom.esxcli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {
    @Test void knowsWhatBelongsToAnAddress() {
        var subnet = Subnet.of("10.0.20.11", "255.255.252.0");
        assertThat(subnet).hasToString("10.0.20.11/22").isEqualTo(Subnet.of("10.0.20.11/22"));
        assertThat(subnet.network()).isEqualTo("10.0.20.0");
        assertThat(subnet.broadcast()).isEqualTo("10.0.23.255");
        assertThat(subnet.netmask()).isEqualTo("255.255.252.0");
        assertThat(subnet.contains("10.0.23.255")).isTrue();
        assertThat(subnet.contains("10.0.24.0")).isFalse();
        assertThat(Subnet.of("203.0.113.9", "255.255.255.255").broadcast()).isEqualTo("203.0.113.9");
        assertThat(Subnet.of("0.0.0.0/0").netmask()).isEqualTo("0.0.0.0");
        assertThat(Subnet.of("0.0.0.0/0").contains("203.0.113.9")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0", "10.0.0.300", "10.0.0.1.1", "localhost", "::1", "10.0.0.1 ", "0x0a.0.0.1", "-1.0.0.0"})
    void refusesWhatIsNoAddress(String text) {
        assertThatThrownBy(() -> Subnet.of(text, "255.0.0.0")).hasMessage("Error: Invalid IPv4 address: " + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"255.0.255.0", "0.0.0.255", "255.255.255.1"})
    void refusesWhatIsNoMask(String text) {
        assertThatThrownBy(() -> Subnet.of("10.0.0.1", text)).hasMessage("Error: Invalid netmask: " + text);
    }
}
