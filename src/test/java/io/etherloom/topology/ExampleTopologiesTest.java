package io.etherloom.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Every file in and below `topologies/` is right, but for those that show what is refused, and says what its lab is known for.
class ExampleTopologiesTest {
    private static final Path FOLDER = Path.of("topologies");
    private static final Path GOTCHAS = FOLDER.resolve("gotchas");

    static List<Path> examples() throws IOException {
        try (var files = Files.walk(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml") && !file.getParent().endsWith("refused")).sorted().toList();
        }
    }

    @Test void loadWithoutAWarningUnlessTheyShowATrap() throws Exception {
        assertThat(examples()).hasSizeGreaterThanOrEqualTo(3);
        for (var example : examples()) {
            var topology = Topology.load(example);
            boolean isTrap = example.startsWith(GOTCHAS) && !example.toString().endsWith("-cured.yaml");
            if (isTrap) {
                assertThat(topology.warnings()).as(example.toString()).allSatisfy(warning -> assertThat(warning.message()).contains("(spec 9."));
            } else {
                assertThat(topology.warnings()).as(example.toString()).isEmpty();
            }
            // The cured form of a trap has the name of its broken form, so that 'up' makes one of the other.
            assertThat(topology.name() + ".yaml").isEqualTo(example.getFileName().toString().replaceAll("^9\\.\\d\\d-|-cured(?=\\.yaml$)", ""));
            assertThat(topology.vms()).as(example.toString()).isNotEmpty();
        }
    }

    @Test void quickstartIsOneHostWithThreeVmsInTwoVlans() throws Exception {
        var quickstart = Topology.load(FOLDER.resolve("quickstart.yaml"));
        assertThat(quickstart.vms().keySet()).containsExactly("web1", "web2", "db1");
        var groups = quickstart.hosts().get("esx1").vSwitches().get("vSwitch0").portGroups();
        assertThat(groups.values()).extracting(PortGroup::vlan).containsExactly(10, 20);
        assertThat(quickstart.fabric().routers().get("gw").interfaces().keySet()).containsExactly(10, 20);
    }

    @Test void twoHostsHaveTwoUplinksAndAVmKernelPortEach() throws Exception {
        var lab = Topology.load(FOLDER.resolve("two-hosts.yaml"));
        assertThat(lab.vms()).hasSize(6);
        assertThat(lab.fabric().switches()).hasSize(2);
        assertThat(lab.hosts().values()).hasSize(2).allSatisfy(host -> {
            assertThat(host.vSwitches().get("vSwitch0").uplinks()).hasSize(2);
            assertThat(host.vmkernel()).containsKey("vmk0");
        });
    }

    @Test void campusOverridesTheOrderOfOnePortGroup() throws Exception {
        var order = Topology.load(FOLDER.resolve("campus.yaml")).hosts().get("esx2").vSwitches().get("vSwitch0").portGroups().get("DMZ")
            .policy().teaming().failoverOrder();
        assertThat(order).isEqualTo(new Sourced<>(new FailoverOrder(List.of("vmnic1"), List.of(), List.of("vmnic0")), Origin.PORT_GROUP));
    }
}
