package io.etherloom.event;

import static io.etherloom.event.Severity.ERROR;
import static io.etherloom.event.Severity.INFO;
import static io.etherloom.event.Severity.WARNING;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Every kind of event. `docs/events.md` and the filters of command line and API derive from this enum; types are added, none is ever
/// renamed: alerts rely on it.
public enum EventType {
    LAB_STARTED(INFO, "", "The lab runs: all that its topology names is there."),
    LAB_ENDING(INFO, "", "The lab is being taken down; it is the last event."),

    UPLINK_DOWN(WARNING, "esx.problem.net.vmnic.linkstate.down", "The host sees no link on a pNIC any more."),
    UPLINK_UP(INFO, "esx.clear.net.vmnic.linkstate.up", "The host sees the link of a pNIC again. It carries frames when the up-delay is over."),
    UPLINK_FLAPPING(WARNING, "esx.problem.net.vmnic.linkstate.flapping",
        "The link of a pNIC went down more often within a minute than Net.LinkFlappingThreshold allows."),
    PHYSICAL_PORT_DOWN(WARNING, "", "A port of a physical switch has lost its link."),
    PHYSICAL_PORT_UP(INFO, "", "A port of a physical switch has its link again."),
    GUEST_LINK_DOWN(INFO, "", "A guest has set its interface down; what is sent to it ends as link_down."),
    GUEST_LINK_UP(INFO, "", "A guest has set its interface up."),
    TAP_DOWN(WARNING, "", "Whoever owns the far side of a TAP uplink has set it down."),
    TAP_UP(INFO, "", "The far side of a TAP uplink is up."),
    CABLE_PULLED(INFO, "", "Somebody pulled a cable by the command line or the API."),
    CABLE_PLUGGED(INFO, "", "Somebody plugged a cable in again."),

    REDUNDANCY_DEGRADED(WARNING, "esx.problem.net.redundancy.degraded", "A team has lost an uplink and has more than one left."),
    REDUNDANCY_LOST(WARNING, "esx.problem.net.redundancy.lost", "A team has one uplink left: the next failure cuts its ports off."),
    REDUNDANCY_RESTORED(INFO, "esx.clear.net.redundancy.restored", "All uplinks of a team can carry frames again."),
    CONNECTIVITY_LOST(ERROR, "esx.problem.net.connectivity.lost", "A team has no uplink left: its ports reach nothing but their own vSwitch."),
    CONNECTIVITY_RESTORED(INFO, "esx.clear.net.connectivity.restored", "A team that had no uplink has one again."),

    FAILOVER(WARNING, "vob.net.pg.uplink.transition.down", "Ports had to leave an uplink, for its link or its beacons were lost."),
    FAILOVER_ENDED(INFO, "", "The first port that had to move has sent a frame by its new uplink: how long the outage was, at most."),
    FAILBACK(INFO, "vob.net.pg.uplink.transition.up", "Ports have returned to an uplink that recovered."),
    PORTS_MOVED(INFO, "", "Ports have come to another uplink although none failed: by another address, or another configuration."),
    BEACONS_LOST(WARNING, "", "An uplink has missed three beacons of its peers in a row: its link is up, and the path behind it is not."),
    BEACONS_HEARD(INFO, "", "An uplink hears the beacons of its peers again, and its up-delay is over."),
    BEACONS_IN_DOUBT(WARNING, "", "Beacons are lost and nobody can be named: all frames leave by every linked uplink (shotgun)."),
    BEACONS_CLEAR(INFO, "", "Beacons say again which uplinks are good."),
    RARP_SENT(INFO, "", "The physical switches were told by RARP behind which of their ports addresses are."),

    NEIGHBOR_FOUND(INFO, "", "A port has heard a device at the other end of its cable by CDP or LLDP."),
    NEIGHBOR_CHANGED(INFO, "", "A device at the other end of a cable says other things of itself or of its port than before."),
    NEIGHBOR_LOST(INFO, "", "A device at the other end of a cable was not heard in time, has said goodbye, or the link is down."),

    MAC_CHANGED(INFO, "", "A guest has changed the address of an interface, and its port follows."),
    MAC_CHANGE_REFUSED(WARNING, "", "A guest has changed the address of an interface, the policy refuses it, and nothing is delivered to the port."),
    PROMISCUOUS_GRANTED(INFO, "", "A guest has made an interface promiscuous, and it is shown the frames of its VLAN."),
    PROMISCUOUS_REFUSED(WARNING, "", "A guest has made an interface promiscuous, and the policy shows it nothing."),
    PROMISCUOUS_ENDED(INFO, "", "A guest's interface is promiscuous no more."),
    FORGED_TRANSMIT(WARNING, "", "A guest sends from an address that is not its port's, and the policy refuses such frames. At once for the first, then once a minute."),

    PLAN_APPLIED(INFO, "", "The lab was converged to its topology file."),
    CHANGE_FAILED(ERROR, "", "A change could not be carried out, and everything was put back."),
    SETTINGS_CHANGED(INFO, "", "Somebody changed settings by hand; they hold until the file is applied again."),
    VM_POWERED_ON(INFO, "VmPoweredOnEvent", "A VM was powered on."),
    VM_POWERED_OFF(INFO, "VmPoweredOffEvent", "A VM was powered off."),
    VM_FAILED(ERROR, "", "The process of a QEMU guest has ended, though neither the guest nor anybody else powered it off; the VM is off now."),
    GUEST_RECONNECTED(WARNING, "", "The connection to a vNIC of a QEMU guest was lost and is made anew; frames on their way are lost."),
    CONTAINER_ENDED(WARNING, "", "The container of a VM has ended by itself, so the VM is powered off."),
    VM_ARRIVED(INFO, "VmRegisteredEvent", "Something outside has taken a port, as a container of Docker does."),
    VM_LEFT(INFO, "VmRemovedEvent", "Something outside has given its port back, or is gone."),
    VM_MIGRATING(INFO, "VmBeingHotMigratedEvent", "A VM is being moved to another host while it runs."),
    VM_MIGRATED(INFO, "VmMigratedEvent", "A VM has moved to another host; how long its ports were off."),
    VM_MIGRATION_FAILED(WARNING, "VmFailedMigrateEvent", "A VM was not moved: something stands against it, or a step failed and it is where it was."),
    NIC_CONNECTED(INFO, "", "A vNIC was connected."),
    NIC_DISCONNECTED(INFO, "", "A vNIC was disconnected."),

    DROPS_HIGH(WARNING, "", "A port drops more of its frames for one reason than its threshold allows."),
    DROPS_NORMAL(INFO, "", "A port that dropped too much does so no more."),
    PORT_ERR_DISABLED(ERROR, "", "The BPDU guard of a physical switch has disabled a port."),
    PORT_RECOVERED(INFO, "", "A port that its BPDU guard had disabled works again."),
    DEVICE_FAILED(ERROR, "", "What a port was plugged into has failed for good; the port's link is down."),
    DEVICE_MISSING(WARNING, "", "What a port is to be plugged into is not there; the port's link is down."),

    CAPTURE_BEGUN(INFO, "", "A capture has begun."),
    CAPTURE_ENDED(INFO, "", "A capture has ended and lost nothing."),
    CAPTURE_LOST(WARNING, "", "A capture has ended; its reader was too slow for some copies, which are missing."),

    REPLAY_ENDED(INFO, "", "A VM of kind replay has sent its file as often as it should; off and on makes it begin anew."),
    REPLAY_BROKEN(ERROR, "", "A VM of kind replay has stopped, because its file is broken or has a packet that is no Ethernet frame."),

    AGENT_STALLED(ERROR, "", "A thread that carries frames has not come around for three seconds."),
    AGENT_RESUMED(INFO, "", "A thread that had stalled comes around again."),
    AGENT_FAULT(ERROR, "", "A fault of Etherloom reached a thread that carries frames; it goes on."),
    POOL_LOW(WARNING, "", "Less than a tenth of an agent's frame memory is free; at nothing, frames are dropped as pool_exhausted."),
    POOL_RECOVERED(INFO, "", "An agent has at least a fifth of its frame memory free again.");

    private final Severity severity;
    private final String vobId;
    private final String help;
    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    EventType(Severity severity, String vobId, String help) {
        this.severity = severity;
        this.vobId = vobId;
        this.help = help;
    }

    /// As it is shown, asked for and logged: `redundancy-lost`.
    public String label() {
        return label;
    }

    public Severity severity() {
        return severity;
    }

    /// What vSphere calls it, so that alerts made for the product can be used: the id of an ESX observation (`esx.problem.…`, `vob.…`) or the
    /// name of a vCenter event. Empty where the product has none.
    public String vobId() {
        return vobId;
    }

    /// Whether a guest or a neighbour can bring it about as often as it likes, so that only the first of many are told.
    public boolean isLimited() {
        return switch (this) {
            case GUEST_LINK_DOWN, GUEST_LINK_UP, TAP_DOWN, TAP_UP, NEIGHBOR_FOUND, NEIGHBOR_CHANGED, NEIGHBOR_LOST, MAC_CHANGED, MAC_CHANGE_REFUSED,
                    PROMISCUOUS_GRANTED, PROMISCUOUS_REFUSED, PROMISCUOUS_ENDED -> true;
            default -> false;
        };
    }

    /// What it means, one or two sentences.
    public String help() {
        return help;
    }

    /// All labels, for who asks for one that there is not.
    public static List<String> labels() {
        return Arrays.stream(values()).map(EventType::label).toList();
    }
}
