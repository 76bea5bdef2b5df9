package io.etherloom.api;

import static io.netty.handler.codec.http.HttpMethod.GET;

import io.etherloom.lab.LabControl;
import io.etherloom.lab.view.FabricView;
import io.etherloom.lab.view.FdbView;
import io.etherloom.lab.view.HostView;
import io.etherloom.lab.view.LabView;
import io.etherloom.lab.view.NeighborView;
import io.etherloom.lab.view.NetworkView;
import io.etherloom.lab.view.PortGroupView;
import io.etherloom.lab.view.PortView;
import io.etherloom.lab.view.SecurityView;
import io.etherloom.lab.view.ShaperView;
import io.etherloom.lab.view.TeamView;
import io.etherloom.lab.view.TopView;
import io.etherloom.lab.view.UplinkView;
import io.etherloom.lab.view.VSwitchView;
import io.etherloom.lab.view.VmKernelView;
import io.etherloom.lab.view.VmView;
import io.etherloom.vmotion.MoveReport;
import io.etherloom.vmotion.VMotions;
import java.time.Duration;
import java.util.function.Supplier;

/// What can be seen of a lab at one moment.
final class ViewRoutes {
    /// Shorter than clients wait for an answer.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private ViewRoutes() {}

    /// What `/v1/version` says.
    record Version(String version) {}

    static Router add(Router router, LabControl lab, VMotions vmotions, Supplier<LabView> view, String version) {
        return router
            .on(GET, "/v1/version", _ -> Answer.json(new Version(version))).about("The version of the software.").answers(Version.class)
            .on(GET, "/v1/lab", _ -> Answer.json(view.get())).about("The lab itself and where it listens.").answers(LabView.class)
            .on(GET, "/v1/hosts", _ -> Answer.json(lab.hosts())).about("Hosts and what is on them.").answersMany(HostView.class)
            .on(GET, "/v1/networks", _ -> Answer.json(lab.networks())).about("Networks by label, over all hosts.").answersMany(NetworkView.class)
            .on(GET, "/v1/vswitches", _ -> Answer.json(lab.vSwitches())).about("Standard vSwitches.").answersMany(VSwitchView.class)
            .on(GET, "/v1/portgroups", _ -> Answer.json(lab.portGroups())).about("Port groups, with their policies and where each comes from.")
            .answersMany(PortGroupView.class)
            .on(GET, "/v1/ports", _ -> Answer.json(lab.ports())).about("Ports of vSwitches with counters.").answersMany(PortView.class)
            .on(GET, "/v1/uplinks", _ -> Answer.json(lab.uplinks())).about("Uplinks with counters and state.").answersMany(UplinkView.class)
            .on(GET, "/v1/teams", _ -> Answer.json(lab.teams())).about("Teams: who sits where, and why.").answersMany(TeamView.class)
            .on(GET, "/v1/shapers", _ -> Answer.json(lab.shapers())).about("Traffic shapers.").answersMany(ShaperView.class)
            .on(GET, "/v1/security", _ -> Answer.json(lab.security())).about("What guests asked for and what security policies make of it.")
            .answersMany(SecurityView.class)
            .on(GET, "/v1/vms", _ -> Answer.json(lab.vms())).about("VMs and their vNICs.").answersMany(VmView.class)
            .on(GET, "/v1/vmkernel", _ -> Answer.json(lab.vmkernel())).about("VMkernel ports.").answersMany(VmKernelView.class)
            .on(GET, "/v1/fdb", _ -> Answer.json(lab.fdb())).about("Forwarding tables of all switches.").answersMany(FdbView.class)
            .on(GET, "/v1/fabric", _ -> Answer.json(lab.fabric())).about("Ports of physical switches.").answersMany(FabricView.class)
            .on(GET, "/v1/neighbors", _ -> Answer.json(lab.neighbors())).about("Who is at the other end of pNICs and of ports of physical switches, by CDP and LLDP.")
            .answersMany(NeighborView.class)
            .on(GET, "/v1/vmotions", _ -> Answer.json(vmotions.last())).about("The last moves of VMs between hosts, the newest first.").answersMany(MoveReport.class)
            .on(GET, "/v1/vmotions/{id}", call -> follow(vmotions, call)).about("How far a move has come.")
            .query("phases", "answer once more than so many of its phases are over, within ten seconds").answers(MoveReport.class)
            .on(GET, "/v1/vmotions/check", _ -> Answer.json(vmotions.check())).about("What stands against a move, by VM and host.").answers(Route.Content.JSON)
            .on(GET, "/v1/top", _ -> Answer.json(lab.top())).about("Counters of a moment, from two of which rates are made.").answers(TopView.class);
    }

    private static Answer follow(VMotions vmotions, Router.Call call) {
        long id = Request.number("The number of a move", call.at("id"), 1, Integer.MAX_VALUE);
        int known = call.request().number("phases", 0, Integer.MAX_VALUE, -1);
        return Answer.json(vmotions.follow(id, known, known < 0 ? Duration.ZERO : PATIENCE));
    }
}
