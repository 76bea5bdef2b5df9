package io.etherloom.lab;

import io.etherloom.lab.view.CaptureSubjectView;
import io.etherloom.lab.view.ExternalVm;
import io.etherloom.lab.view.FabricView;
import io.etherloom.lab.view.FdbView;
import io.etherloom.lab.view.HostView;
import io.etherloom.lab.view.LabView;
import io.etherloom.lab.view.NeighborView;
import io.etherloom.lab.view.NetworkView;
import io.etherloom.lab.view.PlanView;
import io.etherloom.lab.view.PortGroupView;
import io.etherloom.lab.view.PortView;
import io.etherloom.lab.view.ReplayView;
import io.etherloom.lab.view.SettingsView;
import io.etherloom.lab.view.ShaperView;
import io.etherloom.lab.view.TeamView;
import io.etherloom.lab.view.TopView;
import io.etherloom.lab.view.TraceView;
import io.etherloom.lab.view.UplinkView;
import io.etherloom.lab.view.VSwitchView;
import io.etherloom.lab.view.VmKernelView;
import io.etherloom.lab.view.VmView;
import io.etherloom.replay.Replay;
import io.etherloom.replay.ReplaySettings;
import io.etherloom.topology.Setting;
import io.etherloom.traffic.TrafficPort;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// What can be asked of a running lab and done to it. Every method may be called from any thread and blocks until it is done; changes are
/// carried out one after the other. Faults of a request are [LabException]s.
public interface LabControl extends MovableLab {
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

    List<VmView> vms();

    /// VMkernel ports of all hosts.
    List<VmKernelView> vmkernel();

    List<FdbView> fdb();

    List<FabricView> fabric();

    /// What a live view shows, counters and the time at which they were read.
    TopView top();

    /// Who is at the other end of pNICs and of ports of physical switches, by CDP and LLDP.
    List<NeighborView> neighbors();

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

    /// Has something outside come as a VM of kind `external`. Its interface is made in the network namespace of the lab's process, from where it is taken; it
    /// stays until [#leave], or until its namespace is gone, and applying the file leaves it alone.
    ///
    /// @return the same with the name of the interface
    ExternalVm arrive(ExternalVm wanted);

    /// Has such a VM go, and its interface with it.
    void leave(String vm);

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

    /// What can be captured now.
    List<CaptureSubjectView> captureSubjects();

    /// Ends the captures that run and begins no new ones; returns once their last frames are written. Before the server that carries them
    /// is closed.
    void endCaptures();

    /// Opens a place where test frames enter and leave. Whoever asks closes it, before the lab changes it.
    ///
    /// @param name a VM (`web1`), one of its vNICs (`web1/1`), a vmk (`esx1/vmk0`) or a physical machine
    TrafficPort trafficPort(String name);

    /// Sends the frames of a capture file into the port of a vNIC or vmk as if its guest had sent them, and returns when that is over. One at a
    /// time for each port.
    ///
    /// @param port     a VM (`web1`), one of its vNICs (`web1/1`) or a vmk (`esx1/vmk0`)
    /// @param progress told at the beginning and about once a second, on the calling thread
    /// @return how it ended; a broken file or a port that went away is told there
    ReplayView replay(String port, Replay.Source source, ReplaySettings settings, Consumer<ReplayView> progress, BooleanSupplier isOver);

    /// Ends the replay that somebody has asked for at this port.
    void endReplay(String port);

    /// What would become of a frame that is not sent; nothing changes by it.
    TraceView trace(TraceQuestion question);

    /// Starts a command inside a VM, or a host with VMkernel ports. Its streams and its end are the caller's.
    ///
    /// @param command program, sought in `PATH`, and its arguments
    Process exec(String vm, List<String> command);

    /// The file in which the lab logs, or where the commands of a VM print; it need not exist yet.
    Path log(@Nullable String vm);

    /// Everything that metrics read, made anew on each call. It waits neither for a change that takes long nor for an agent that is stuck: what
    /// these would have to tell is missing then.
    Meters meters();

    @Override
    default List<Meters.Seat> seats() {
        return meters().seats();
    }

    /// A probe has measured how long frames took from one interface to another.
    ///
    /// @param latency in nanoseconds
    void probed(Histogram latency);

    /// Faults that have reached agents since the lab began: bugs. Costs nothing, however often it is asked.
    long agentErrors();

    /// Ends the lab; returns once nothing of it is left.
    void shutdown();
}
