package io.etherloom.lab;

import io.etherloom.event.EventLog;
import io.etherloom.frame.PortCounters;
import io.etherloom.lab.view.FabricView;
import io.etherloom.lab.view.FdbView;
import io.etherloom.lab.view.HostView;
import io.etherloom.lab.view.LabView;
import io.etherloom.lab.view.NetworkView;
import io.etherloom.lab.view.PlanView;
import io.etherloom.lab.view.PortGroupView;
import io.etherloom.lab.view.PortView;
import io.etherloom.lab.view.SecurityView;
import io.etherloom.lab.view.SettingsView;
import io.etherloom.lab.view.ShaperView;
import io.etherloom.lab.view.TeamView;
import io.etherloom.lab.view.UplinkView;
import io.etherloom.lab.view.VSwitchView;
import io.etherloom.lab.view.VmKernelView;
import io.etherloom.lab.view.VmView;
import io.etherloom.topology.Setting;
import io.etherloom.traffic.TrafficPort;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.BooleanSupplier;

/// What can be asked of a running lab and done to it. Every method may be called from any thread and blocks until it is done; changes are
/// carried out one after the other. Faults of a request are [LabException]s.
public interface LabControl {
    LabView lab();

    List<HostView> hosts();

    List<NetworkView> networks();

    List<VSwitchView> vSwitches();

    List<PortGroupView> portGroups();

    List<PortView> ports();

    List<UplinkView> uplinks();

    /// Teams of all vSwitches: who sits where, and why.
    List<TeamView> teams();

    /// Shapers of all ports; empty where nothing is shaped.
    List<ShaperView> shapers();

    /// What guests asked for and what security policies make of it.
    List<SecurityView> security();

    List<VmView> vms();

    /// VMkernel ports of all hosts.
    List<VmKernelView> vmkernel();

    List<FdbView> fdb();

    List<FabricView> fabric();

    /// What [#apply] would do.
    ///
    /// @param topology the text of the file
    /// @param file its path; a lab is bound to the file that started it
    List<PlanView> plan(String topology, String file);

    /// Converges the lab to this file and returns what was changed.
    List<PlanView> apply(String topology, String file);

    /// Sets policies, options or what a guest asked for by hand, and has vSwitches, port groups and VMkernel ports come and go: all assignments as
    /// one change, or none. They hold until the file is applied again.
    ///
    /// @param target `esx1/DMZ`, `esx1/vSwitch0`, `esx1`, `web1/0` or `esx1/vmk0`, as the kind wants it
    /// @param assignments `security.forgedTransmits=reject`, and so on; nothing behind the `=` gives the value back to the file
    SettingsView set(Setting.Kind kind, String target, List<String> assignments);

    /// Powers a VM on or off; doing it twice is no fault.
    void power(String vm, boolean isOn);

    /// Connects or disconnects a vNIC.
    void connect(String vm, int nic, boolean isConnected);

    /// Plugs in or pulls a cable: both ends lose their link. Plugged in again, a port that was disabled for an error recovers.
    ///
    /// @param owner a host or a physical switch
    /// @param name of its pNIC or port
    void link(String owner, String name, boolean isUp);

    /// Writes a capture in pcapng to `out` until `isOver`, until the number of frames that was asked for, or until `out` fails. Ports that are
    /// added to a port group, VM or lab that it means are captured, too.
    ///
    /// @return frames written
    long capture(CaptureRequest request, OutputStream out, BooleanSupplier isOver) throws IOException;

    /// Ends the captures that run and begins no new ones; returns once their last frames are written. Before the server that carries them
    /// is closed.
    void endCaptures();

    /// Opens a place where test frames enter and leave. Whoever asks closes it, before the lab changes it.
    ///
    /// @param name a VM (`web1`), one of its vNICs (`web1/1`), a vmk (`esx1/vmk0`) or a physical machine
    TrafficPort trafficPort(String name);

    /// What has happened, and what happens from now on. It ends with the lab.
    EventLog events();

    /// Everything that metrics read. The suppliers stay valid while the port lives; the list is made anew on each call.
    Meters meters();

    /// Ends the lab; returns once nothing of it is left.
    void shutdown();

    /// What metrics read from a lab. Frames that the kernel dropped before the switch could read them are not in `counters` but in
    /// `deviceQueueDrops`. What is no supplier is of the moment at which it was asked.
    record Meters(List<Port> ports, List<Seat> seats, List<Shaper> shapers, List<Uplink> uplinks, List<Team> teams, List<AgentMeter> agents) {
        /// @param vSwitch `host/vSwitch`, or the name of a physical switch
        /// @param port usedBy of a vSwitch port, or port name of a physical switch
        public record Port(String vSwitch, String port, PortCounters counters, java.util.function.LongSupplier deviceQueueDrops) {}

        /// Where a port of a vNIC or vmk sits.
        ///
        /// @param uplink by which it sends, `all(n)` or `void` (spec 8.8)
        /// @param rarps sent for it since it was connected (spec 4.39)
        public record Seat(String vSwitch, String port, String uplink, long rarps) {}

        /// One direction of one shaped port.
        ///
        /// @param isIn from the connected entity into the switch, else the other way
        public record Shaper(
                String vSwitch, String port, boolean isIn, long tokenOctets, long queuedFrames, long passedOctets, long delayedFrames) {}

        /// @param isProbed whether a team sends beacons by it
        /// @param isHeard whether the last beacons of its peers arrived
        public record Uplink(String vSwitch, String name, BooleanSupplier isUp, BooleanSupplier isUsable, boolean isProbed, boolean isHeard) {}

        /// All teams of one vSwitch.
        ///
        /// @param failovers how often a port had to change its uplink
        public record Team(String vSwitch, long failovers) {}

        /// @param busyNanos time spent in duty cycles that did work, since start
        /// @param cycles duty cycles that did work, since start
        /// @param maxCycleNanos longest duty cycle since the last read
        /// @param errors faults that reached the agent's error handler
        public record AgentMeter(
                String name,
                java.util.function.LongSupplier cycles,
                java.util.function.LongSupplier busyNanos,
                java.util.function.LongSupplier maxCycleNanos,
                java.util.function.LongSupplier errors,
                int poolCapacity,
                java.util.function.IntSupplier poolFree,
                int tailCapacity,
                java.util.function.IntSupplier tailFree) {}
    }
}
