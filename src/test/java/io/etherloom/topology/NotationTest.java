package io.etherloom.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The small languages inside values: units, VLAN sets, addresses, suggestions.
class NotationTest {
    private final Problems problems = new Problems("t");

    private Item item(String text) {
        return new Item(new Yaml.Scalar(text, true, 1, 1), "x", problems);
    }

    @Test void readsUnits() {
        assertThat(Units.duration(item("10ms"), "s", Duration.ZERO, Duration.ofHours(1))).isEqualTo(Duration.ofMillis(10));
        assertThat(Units.duration(item("1.5 min"), "s", Duration.ZERO, Duration.ofHours(1))).isEqualTo(Duration.ofSeconds(90));
        assertThat(Units.duration(item("50µs"), "s", Duration.ZERO, Duration.ofHours(1))).isEqualTo(Duration.ofNanos(50_000));
        assertThat(Units.bitsPerSecond(item("100 Mbps"), "G")).isEqualTo(100_000_000L);
        assertThat(Units.bitsPerSecond(item("2.5G"), "G")).isEqualTo(2_500_000_000L);
        assertThat(Units.bytes(item("64 KB"), "KB")).isEqualTo(65_536L);
        assertThat(Units.bytes(item("512M"), "M")).isEqualTo(512L << 20);
        assertThat(problems.inFileOrder()).isEmpty();
    }

    @Test void refusesNumbersThatAreNoQuantity() {
        for (var text : List.of("10", "10 parsecs", "ms", "-1s", "1,5s", "999999999999999h", "0.5ns", "2h")) {
            var fresh = new Problems("t");
            assertThat(Units.duration(new Item(new Yaml.Scalar(text, true, 1, 1), "x", fresh), "s", Duration.ZERO, Duration.ofHours(1))).as(text).isNull();
            assertThat(fresh.inFileOrder()).as(text).hasSize(1);
        }
    }

    @Test void writesVlanSetsInOneForm() {
        var members = new BitSet();
        members.set(10, 21);
        members.set(30);
        members.set(4094);
        var set = VlanSet.of(members);
        assertThat(set).hasToString("10-20, 30, 4094");
        assertThat(set.contains(20)).isTrue();
        assertThat(set.contains(21)).isFalse();
        members.set(1, 4095);
        assertThat(VlanSet.of(members)).isEqualTo(VlanSet.ALL).hasToString("all");
        assertThatThrownBy(() -> new VlanSet(List.of(new VlanSet.Range(1, 2), new VlanSet.Range(3, 4)))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new VlanSet.Range(0, 4)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test void knowsWhatASubnetContains() {
        var address = new InterfaceAddress(InetAddress.ofLiteral("10.0.10.11"), 20);
        assertThat(address.contains(InetAddress.ofLiteral("10.0.15.255"))).isTrue();
        assertThat(address.contains(InetAddress.ofLiteral("10.0.16.0"))).isFalse();
        assertThat(address.contains(InetAddress.ofLiteral("2001:db8::1"))).isFalse();
        assertThatThrownBy(() -> new InterfaceAddress(InetAddress.ofLiteral("10.0.0.1"), 33)).isInstanceOf(IllegalArgumentException.class);
    }

    /// RFC 5952, section 4: the longest run of zeros is shortened, the first of equals, never a single zero.
    @Test void writesIpv6InTheShortForm() {
        for (var text : List.of("2001:db8::1", "::", "::1", "1::", "2001:db8:0:1:1:1:1:1", "2001:0:0:1::1", "2001:db8::1:0:0:1", "1:2:3:4:5:6:7:8", "fe80::a:0:0:1", "0:1::")) {
            assertThat(InterfaceAddress.text(InetAddress.ofLiteral(text))).isEqualTo(text);
        }
        assertThat(InterfaceAddress.text(InetAddress.ofLiteral("10.0.0.1"))).isEqualTo("10.0.0.1");
    }

    @Test void readsMacAddressesBothWays() {
        assertThat(MacNotation.parse("00:50:56:AB:cd:ef")).isEqualTo(0x005056abcdefL);
        assertThat(MacNotation.parse("00-50-56-ab-cd-ef")).isEqualTo(0x005056abcdefL);
        assertThat(MacNotation.format(0x005056abcdefL)).isEqualTo("00:50:56:ab:cd:ef");
        for (var bad : List.of("00:50:56:ab:cd", "00:50:56:ab:cd:eg", "00:50-56:ab:cd:ef", "005056abcdef", "")) {
            assertThat(MacNotation.parse(bad)).as(bad).isNull();
        }
    }

    @Test void suggestsTheNearestName() {
        assertThat(Suggestion.among("vlna", List.of("vlan", "security"))).isEqualTo("; did you mean 'vlan'?");
        assertThat(Suggestion.among("VMNIC0", List.of("vmnic1", "vmnic0"))).isEqualTo("; did you mean 'vmnic0'?");
        assertThat(Suggestion.among("x", List.of("vlan", "security"))).isEmpty();
        assertThat(Suggestion.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Suggestion.distance("ab", "ba")).isEqualTo(1);
    }
}
