package io.etherloom.cli;

import io.etherloom.topology.Suggestion;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Show what a lab consists of and how it fares.", footer = {
    "  etherloom show ports                 port id, used-by, TEAM-PNIC, counters and drops",
    "  etherloom show portgroups            every effective policy and where it was set",
    "  etherloom show teams                 uplinks, who sits where and why, the last failover",
    "  etherloom show security              MACs and promiscuity asked for and granted, what was refused",
    "  etherloom show neighbors             physical switch and port of each pNIC, by CDP and LLDP",
    "  etherloom show vmotions               the last moves of VMs between hosts",
    "  etherloom show networks              labels across hosts, with what differs",
    "  etherloom show vms -o json | jq -r '.[].namespace'",
    "", "Needs a running lab."})
final class ShowCommand extends Verb {
    @Parameters(index = "0", paramLabel = "WHAT", completionCandidates = Views.Names.class,
        description = "One of ${COMPLETION-CANDIDATES}.")
    String what = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "LAB", description = "The same as --lab.")
    @Nullable String positionalLab;

    @Mixin LabOption lab = new LabOption();
    @Mixin OutputOption output = new OutputOption();

    ShowCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var view = Views.named(what);
        if (view == null) {
            throw new Failure(ExitCode.BAD_INPUT, "\"" + what + "\" cannot be shown" + Suggestion.withAllowed(what, Views.NAMES, Views.NAMES));
        }
        var client = client(lab(positionalLab != null ? positionalLab : lab.name));
        var json = client.get("/v1/" + what);
        output.print(world.out(), json, () -> view.table(Json.rows(json)), "no " + what);
        return ExitCode.OK;
    }

    /// The names of all VMs of a lab, with their vNICs.
    static List<String> vmNames(LabClient client) {
        return client.rows("/v1/vms").stream().map(vm -> vm.text("name")).toList();
    }
}
