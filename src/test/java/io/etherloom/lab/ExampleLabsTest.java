package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.model.Delivery;
import io.etherloom.model.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The example labs, without namespaces: every VM reaches every other one of its VLAN, wherever it runs, exactly once.
final class ExampleLabsTest extends Scenario {
    @Test
    void vmsOfAVlanReachEachOtherAcrossHosts() throws IOException {
        for (var name : new String[] {"quickstart", "two-hosts", "campus"}) {
            var text = Files.readString(Path.of("topologies", name + ".yaml"));
            var lab = start(text);
            var vms = lab.topology().vms().values().stream().filter(it -> it.nics().size() == 1).toList();
            assertThat(vms).hasSizeGreaterThan(1);
            int pairs = 0;
            for (var from : vms) {
                for (var to : vms) {
                    long source = from.nics().getFirst().mac();
                    if (from != to && vlan(lab, from.host(), from.nics().getFirst().portGroup())
                            == vlan(lab, to.host(), to.nics().getFirst().portGroup())) {
                        lab.send(to.name(), frame(BROADCAST, to.nics().getFirst().mac()));
                        var frame = frame(to.nics().getFirst().mac(), source);
                        assertThat(lab.send(from.name(), frame)).as("%s: %s to %s", name, from.name(), to.name())
                                .isEqualTo(new Outcome(List.of(new Delivery(to.name(), frame)), List.of()));
                        pairs++;
                    }
                }
            }
            assertThat(pairs).as("pairs of %s", name).isPositive();
        }
    }

    /// Whatever they show, nothing is lost without a reason while they start, announce their VMs, probe, and end.
    @Test
    void everyGotchaStartsAndEndsInOrder() throws IOException {
        for (var file : GotchaFile.all()) {
            var lab = start(file.inMemory());
            lab.advanceMillis(1500);
            assertThat(lab.topology().vms().keySet()).as(file.name()).allSatisfy(vm -> assertThat(lab.takes(vm, frame(BROADCAST, vm(lab, vm)))).isTrue());
        }
    }

    private static long vm(MemoryLab lab, String name) {
        return lab.topology().vms().get(name).nics().getFirst().mac();
    }

    private static int vlan(MemoryLab lab, String host, String label) {
        return lab.topology().hosts().get(host).vSwitches().values().stream()
                .filter(it -> it.portGroups().containsKey(label))
                .mapToInt(it -> it.portGroups().get(label).vlan()).findFirst().orElseThrow();
    }
}
