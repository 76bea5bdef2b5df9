package io.etherloom.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

/// VMs of kind `container`.
class ContainerTest {
    private static final String HOST = """
        name: t
        hosts: { esx1: { vSwitches: { vSwitch0: { portGroups: { Ten: { vlan: 10 } } } } } }
        vms:
        """;

    @Test void hasWhatTheEngineNeeds() throws TopologyException {
        var vm = Topology.parse(HOST + """
              a: { host: esx1, kind: container, image: "x/y:1", command: [sleep, 5], environment: { A: b c, N: 1 }, pull: yes, run: [ "true" ], nics: [ { portGroup: Ten, queues: 2 } ] }
            """, "t.yaml").vms().get("a");
        var container = Objects.requireNonNull(vm.container());
        assertThat(container.image()).isEqualTo("x/y:1");
        assertThat(container.command()).containsExactly("sleep", "5");
        assertThat(container.environment()).containsExactly(java.util.Map.entry("A", "b c"), java.util.Map.entry("N", "1"));
        assertThat(container.pulls()).isTrue();
    }

    @Test void saysWhatIsWrong() {
        Marked.assertProblems(HOST + """
              a: »{ host: esx1, kind: container }
              b: { host: esx1, kind: container, image: »"--privileged" }
              c: { host: esx1, kind: container, image: x, command: »sleep, environment: { »"A=B": c } }
              d: { host: esx1, image: »x, pull: »yes }
              e: { host: esx1, kind: container, image: x, nics: [ { portGroup: Ten, promiscuous: »yes } ] }
            """,
            "error: vms.a: 'image' is missing; name the image that its container is made from: image: debian:12",
            "error: vms.b.image: '--privileged' is no name of an image; write one as the engine lists it, for example debian:12",
            "error: vms.c.command: is the single value 'sleep', but a list is expected; write [ ... ]",
            "error: vms.c.environment.A=B: 'A=B' is no name of a variable; it must not be empty or hold =",
            "error: vms.d.image: only a VM of kind container or qemu has it, and this one is of kind namespace; remove it, or write its kind",
            "error: vms.d.pull: only a VM of kind container has it, and this one is of kind namespace; remove it, or write kind: container",
            "error: vms.e.nics[0].promiscuous: cannot be set for a container: the guest decides itself (spec 2.33); set it inside the VM, or remove it");
    }
}
