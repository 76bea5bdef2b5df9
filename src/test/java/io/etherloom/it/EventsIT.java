package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.event.Event;
import io.etherloom.event.EventType;
import io.etherloom.lab.CaptureRequest;
import io.etherloom.topology.Setting;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What real guests, interfaces and people do is told.
class EventsIT extends OneLab {
    private static final String TOPOLOGY = """
        name: LAB
        fabric: { switches: { tor1: { ports: { "1": { trunk: all }, "2": { trunk: all } } } } }
        hosts:
          esx1:
            pnics: { vmnic0: { link: tor1/1 }, vmnic1: { link: tor1/2 } }
            vSwitches: { vSwitch0: { uplinks: [vmnic0, vmnic1], portGroups: { Ten: { vlan: 10, security: { macChanges: reject } } } } }
        vms:
          a: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.1/24 } ] }
          b: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.2/24 } ] }
        """;

    @BeforeEach
    void startLab() throws Exception {
        start(TOPOLOGY);
    }

    private List<Event> events() {
        return lab.lab().events().since(0).events();
    }

    private Event told(EventType type, String object) throws Exception {
        Await.until(type + " of " + object + " in " + events(), () -> events().stream().anyMatch(event -> event.type() == type && event.object().equals(object)));
        return events().stream().filter(event -> event.type() == type && event.object().equals(object)).findFirst().orElseThrow();
    }

    @Test
    void whatGuestsDoIsTold() throws Exception {
        told(EventType.LAB_STARTED, lab.name());
        lab.exec("a", "ip", "link", "set", "eth0", "address", "02:00:00:00:00:bb");
        assertThat(told(EventType.MAC_CHANGE_REFUSED, "a.eth0").details()).containsEntry("to", "02:00:00:00:00:bb");
        lab.exec("b", "ip", "link", "set", "eth0", "promisc", "on");
        told(EventType.PROMISCUOUS_REFUSED, "b.eth0");
        lab.exec("b", "ip", "link", "set", "eth0", "down");
        told(EventType.GUEST_LINK_DOWN, "b.eth0");
        lab.exec("b", "ip", "link", "set", "eth0", "up");
        told(EventType.GUEST_LINK_UP, "b.eth0");
        lab.exec("b", "ip", "link", "delete", "eth0");
        told(EventType.DEVICE_FAILED, "b.eth0");
    }

    /// The cause comes before what follows from it, and numbers have no gap.
    @Test
    void whatPeopleDoIsTold() throws Exception {
        lab.lab().link("esx1", "vmnic0", false);
        long failover = told(EventType.FAILOVER, "esx1/vSwitch0").seq();
        assertThat(told(EventType.CABLE_PULLED, "esx1/vmnic0").seq()).isLessThan(told(EventType.UPLINK_DOWN, "esx1/vmnic0").seq());
        assertThat(told(EventType.UPLINK_DOWN, "esx1/vmnic0").seq()).isLessThan(failover);
        told(EventType.PHYSICAL_PORT_DOWN, "tor1/1");
        told(EventType.REDUNDANCY_LOST, "esx1/vSwitch0");
        lab.lab().link("esx1", "vmnic0", true);
        told(EventType.REDUNDANCY_RESTORED, "esx1/vSwitch0");
        lab.lab().power("b", false);
        told(EventType.VM_POWERED_OFF, "b");
        lab.lab().connect("a", 0, false);
        told(EventType.NIC_DISCONNECTED, "a.eth0");
        lab.lab().set(Setting.Kind.PORT_GROUP, "esx1/Ten", List.of("vlan=20"));
        told(EventType.SETTINGS_CHANGED, "esx1/Ten");
        lab.apply(TOPOLOGY.replace("vlan: 10", "vlan: 30"));
        assertThat(told(EventType.PLAN_APPLIED, lab.name()).details().get("steps").toString()).contains("vlan 20 -> 30");
        var numbers = events().stream().map(Event::seq).toList();
        assertThat(numbers.getLast()).isEqualTo((long) numbers.size());
    }

    @Test
    void capturesAreTold() throws Exception {
        var isOver = new AtomicBoolean();
        var request = CaptureRequest.ofPorts("a");
        var running = CompletableFuture.supplyAsync(() -> {
            try {
                return lab.lab().capture(request, new ByteArrayOutputStream(), isOver::get);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(told(EventType.CAPTURE_BEGUN, lab.name()).details()).containsEntry("subjects", "port a");
        isOver.set(true);
        long frames = running.get();
        assertThat(told(EventType.CAPTURE_ENDED, lab.name()).details()).containsEntry("frames", frames).containsEntry("lost", 0L);
    }
}
