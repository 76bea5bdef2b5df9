package io.etherloom.topology;

import static io.etherloom.topology.Marked.assertProblems;
import static io.etherloom.topology.Marked.topology;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The advanced options of section 11 of the spec, and those for its unsure rules.
class AdvancedOptionTest {
    private static AdvancedOptions options(Profile profile, String advanced) {
        return topology("name: t\nprofile: " + profile + "\nhosts: { a: { advanced: { " + advanced + " } } }").hosts().get("a").advanced();
    }

    /// Spec section 11: default and range of each option of the product.
    @Test void hasTheDefaultsAndRangesOfTheReference() {
        var table = """
            Net.ReversePathFwdCheck 1 0 1
            Net.ReversePathFwdCheckPromisc 0 0 1
            Net.BlockGuestBPDU 0 0 1
            Net.NotifySwitch 1 0 1
            Net.AdvertisementDuration 60 0 255
            Net.NetMaxRarpsPerInterval 128 1 2147483647
            Net.NetSendRARPOnPortEnablement 1 0 1
            Net.TeamPolicyUpDelay 100 0 600000
            Net.LinkStatePollTimeout 500 100 90000
            Net.LinkFlappingThreshold 60 0 65535
            Net.MaxBeaconVlans 100 0 4096
            Net.MaxBeaconsAtOnce 100 0 4096
            Net.IGMPQueries 2 0 2
            Net.IGMPQueryInterval 125 32 3600
            Net.IGMPVersion 3 2 3
            Net.MLDVersion 2 1 2
            Net.IGMPV3MaxSrcIPNum 10 1 32
            Net.MLDV2MaxSrcIPNum 10 1 32
            Net.MinEtherLen 60 60 1518
            Net.MaxNetifTxQueueLen 2000 1 10000
            Net.MaxPortRxQueueLen 80 1 500
            Net.NetShaperQueueSizeMin 10 1 500
            Net.NetShaperQueueSizeMax 500 1 5000
            Net.NetShaperQueuePerL3L4Flow 1 0 1
            Net.NetSchedDefaultResPoolSharesPct 5 1 99
            Net.NetSchedECNThreshold 70 0 100
            Net.LACPActorSystemPriority 1 1 65535
            Net.VLANMTUCheckMode 1 0 1
            Net.PortDisableTimeout 5000 0 2147483647
            Net.EtherswitchHashSize 1 0 4
            Net.TeamingIgnoreShotgun 0 0 1
            """;
        Map<String, String> known = new HashMap<>();
        for (var option : AdvancedOption.values()) {
            known.put(option.key(), option.defaultFor(Profile.VSS_CLASSIC) + " " + option.minimum() + " " + option.maximum());
        }
        table.lines().forEach(line -> {
            var words = line.split(" ", 2);
            assertThat(known).as(line).containsEntry(words[0], words[1]);
        });
    }

    /// Spec 2.19 and 4.28: what changed between generations.
    @Test void followsTheProfileWhereTheProductChanged() {
        assertThat(Arrays.stream(Profile.values()).map(profile -> options(profile, "").value(AdvancedOption.BLOCK_GUEST_BPDU))).containsExactly(0, 0, 1);
        assertThat(Arrays.stream(Profile.values()).map(profile -> options(profile, "").value(AdvancedOption.BEACON_FORMAT))).containsExactly(0, 2, 2);
    }

    /// Words of the options for unsure rules: spec 2.11, 4.6, 4.11, 4.26, 4.28, 4.43, 5.9.
    @Test void readsWordsAndTheNumbersBehindThem() {
        for (var option : AdvancedOption.values()) {
            for (int value = option.minimum(); value - option.minimum() < option.words().size(); value++) {
                assertThat(options(Profile.VSS_CLASSIC, option + ": " + option.text(value)).value(option)).as("%s", option).isEqualTo(value);
                assertThat(options(Profile.VSS_CLASSIC, option + ": " + value).value(option)).as("%s", option).isEqualTo(value);
            }
            assertThat(option.words().size()).as("%s", option).isIn(0, option.maximum() - option.minimum() + 1);
        }
        assertThat(AdvancedOption.BEACON_FORMAT.words()).containsExactly("etherType05ff", "llc", "etherType8922");
        assertThat(AdvancedOption.IP_HASH_WIDTH.words()).containsExactly("full32", "octet");
        assertThat(AdvancedOption.IP_HASH_IPV6.text(AdvancedOption.IP_HASH_IPV6.defaultFor(Profile.MODERN))).isEqualTo("fold");
        assertThat(AdvancedOption.MAC_HASH_INBOUND.text(AdvancedOption.MAC_HASH_INBOUND.defaultFor(Profile.MODERN))).isEqualTo("destination");
        assertThat(AdvancedOption.RARP_COUNT.text(5)).isEqualTo("5");
    }

    /// Spec 2.31.
    @Test void readsTheAddressOfAnOption() {
        for (var address : List.of("0.0.0.0", "10.0.10.1", "192.168.255.254")) {
            var option = AdvancedOption.IGMP_ROUTER_IP;
            assertThat(option.text(options(Profile.VSS_CLASSIC, option + ": " + address).value(option))).isEqualTo(address);
        }
        assertThat(options(Profile.MODERN, "Net.IGMPRouterIP: 10.0.10.1").value(AdvancedOption.IGMP_ROUTER_IP)).isEqualTo(0x0A000A01);
        assertProblems("name: t\nhosts: { a: { advanced: { Net.IGMPRouterIP: »10.1 } }, b: { advanced: { Net.IGMPRouterIP: »224.0.0.1 } } }",
            "error: hosts.a.advanced.Net.IGMPRouterIP: '10.1' is no IPv4 address; write it like 10.0.10.1",
            "error: hosts.b.advanced.Net.IGMPRouterIP: 224.0.0.1 is no address that a router can have");
    }

    @Test void refusesWordsThatAnOptionDoesNotHave() {
        assertProblems("name: t\nhosts: { a: { advanced: { Etherloom.IpHashWidth: »full, Etherloom.BeaconFormat: »3, Etherloom.RarpSpacing: »[even], "
            + "Etherloom.RarpCount: »9, Etherloom.TwoNicBeaconSeconds: »0, Etherloom.StandbyTakesSlot: »2 } } }",
            "error: hosts.a.advanced.Etherloom.IpHashWidth: 'full' is not known here; allowed: full32, octet",
            "error: hosts.a.advanced.Etherloom.BeaconFormat: '3' is not known here; allowed: etherType05ff, llc, etherType8922",
            "error: hosts.a.advanced.Etherloom.RarpSpacing: is a list; allowed: backoff, even",
            "error: hosts.a.advanced.Etherloom.RarpCount: 9 is outside 1-8",
            "error: hosts.a.advanced.Etherloom.TwoNicBeaconSeconds: 0 is outside 1-2",
            "error: hosts.a.advanced.Etherloom.StandbyTakesSlot: 2 is outside 0-1");
    }

    @Test void saysWhereOptionsBelongThatAreNotHonouredYet() {
        var rest = Arrays.stream(AdvancedOption.values()).filter(option -> !option.isSupported()).toList();
        assertThat(rest).hasSize(8);
        for (var option : rest) {
            int usual = option.defaultFor(Profile.VSS_CLASSIC);
            assertThat(options(Profile.VSS_CLASSIC, option + ": " + usual).value(option)).isEqualTo(usual);
            int other = usual == option.maximum() ? option.minimum() : option.maximum();
            assertProblems("name: t\nhosts: { a: { advanced: { »" + option + ": " + other + " } } }",
                "error: hosts.a.advanced." + option + ": is not supported yet at another value than " + usual + ": it belongs to ");
        }
        var places = List.of("multicast snooping", "Network I/O Control", "distributed switches");
        assertThat(rest).allSatisfy(option -> assertThat(places).anySatisfy(place -> assertThat(option.belongsTo()).startsWith(place)));
    }

    /// Spec 6.7.
    @Test void refusesAShaperQueueThatIsAtLeastLongerThanAtMost() {
        assertProblems("name: t\nhosts: { a: { advanced: { Net.NetShaperQueueSizeMax: »9 } } }",
            "error: hosts.a.advanced.Net.NetShaperQueueSizeMax: Net.NetShaperQueueSizeMin is 10 and Net.NetShaperQueueSizeMax 9; the smallest queue");
        assertThat(options(Profile.VSS_CLASSIC, "Net.NetShaperQueueSizeMin: 7, Net.NetShaperQueueSizeMax: 7").value(AdvancedOption.NET_SHAPER_QUEUE_SIZE_MAX))
            .isEqualTo(7);
    }
}
