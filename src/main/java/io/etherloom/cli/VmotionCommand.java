package io.etherloom.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "vmotion", description = {"Move VMs to another host while they run: port, addresses and connections stay theirs.",
    "The move is checked as the product checks it, and refused with its fault's name. The exit status is 0 when every VM has moved."}, footer = {
    "  etherloom vmotion web1 --to esx2",
    "  etherloom vmotion web1 app1 --to esx2 --dry-run        only what stands against it",
    "  etherloom vmotion web1 --to esx2 --strict              refuse it for warnings, too",
    "  etherloom vmotion --check                              every VM against every host",
    "", "Needs a running lab. VMs of every kind move; see docs/vmotion.md. The move holds until the file is applied again."})
final class VmotionCommand extends Verb {
    @Parameters(arity = "0..*", paramLabel = "VM", description = "Names of VMs.")
    List<String> vms = List.of();

    @Option(names = "--to", paramLabel = "HOST", description = "The host that they shall run on.")
    @Nullable String to;

    @Option(names = "--dry-run", description = "Check only; nothing moves.")
    boolean isDryRun;

    @Option(names = "--strict", description = "Refuse a move for warnings, too: other VLAN, policies or MTU, a physical path without the VLAN.")
    boolean isStrict;

    @Option(names = "--check", description = "Print a matrix of VMs against hosts, and what stands against each.")
    boolean isCheck;

    @Mixin LabOption lab = new LabOption();
    @Mixin OutputOption output = new OutputOption();

    VmotionCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        if (isCheck) {
            return check();
        }
        if (vms.isEmpty() || to == null) {
            throw new Failure(ExitCode.BAD_INPUT, "which VM shall go where? etherloom vmotion web1 --to esx2, or --check for all");
        }
        var client = client(lab(lab.name));
        int code = ExitCode.OK;
        var answers = new ArrayList<String>();
        for (var vm : vms) {
            var body = new LinkedHashMap<String, @Nullable Object>();
            body.put("vm", vm);
            body.put("host", to);
            body.put("strict", isStrict);
            body.put("dryRun", isDryRun);
            var json = client.post("/v1/vmotions", Json.text(body));
            var report = Row.of(Json.parse(json));
            answers.add(json);
            if (!output.isJson()) {
                print(report);
            }
            code = List.of("moved", "checked").contains(report.text("state")) ? code : ExitCode.FAILED;
        }
        if (output.isJson()) {
            world.out().println("[" + String.join(",", answers) + "]");
        }
        return code;
    }

    private Integer check() {
        var client = client(lab(lab.name));
        var json = client.get("/v1/vmotions/check");
        if (output.isJson()) {
            world.out().println(json);
        } else {
            matrix(Row.of(Json.parse(json)));
        }
        return ExitCode.OK;
    }

    private void print(Row report) {
        var out = world.out();
        var what = report.text("vm") + " from " + report.text("from") + " to " + report.text("to");
        switch (report.text("state")) {
            case "moved" -> out.println("moved " + what + "; its ports were off for " + MoveTables.millis(report.number("gapMicros")) + " ms");
            case "checked" -> out.println(report.rows("findings").isEmpty() ? "nothing stands against moving " + what : "only warnings stand against moving " + what);
            default -> world.note(report.text("state") + ": " + what + "\n  " + report.text("reason").replace("\n", "\n  "));
        }
        if (report.text("state").equals("moved")) {
            var phases = new Table("PHASE", "MS");
            report.rows("phases").forEach(phase -> phases.row(phase.cell("name"), MoveTables.millis(phase.number("micros"))));
            var nics = new Table("VNIC", "UPLINK-BEFORE", "UPLINK-AFTER", "RARPS");
            report.rows("nics").forEach(nic -> nics.row(nic.cell("name"), nic.cell("uplinkBefore"), nic.cell("uplinkAfter"), nic.number("rarpsSent")));
            phases.then(nics).print(out);
        }
        report.rows("findings").stream().filter(finding -> !finding.isTrue("isFatal") && !report.text("reason").contains(finding.text("sentence")))
            .forEach(finding -> world.note("warning: " + finding.text("fault") + ": " + finding.text("sentence") + "; " + finding.text("cure")));
    }

    /// A cell is `ok`, `warn` or `no`; below it stands what is behind each that is not ok, once.
    private void matrix(Row vms) {
        var hosts = new TreeSet<String>();
        vms.names().forEach(vm -> hosts.addAll(vms.row(vm).names()));
        var table = new Table(Stream.concat(Stream.of("VM"), hosts.stream()).toArray(String[]::new));
        var reasons = new LinkedHashSet<String>();
        for (var vm : vms.names()) {
            var cells = new ArrayList<Object>(List.of(vm));
            for (var host : hosts) {
                var findings = vms.row(vm).rows(host);
                boolean isHere = !vms.row(vm).names().contains(host);
                boolean isFatal = findings.stream().anyMatch(finding -> finding.isTrue("isFatal"));
                cells.add(isHere ? "here" : isFatal ? "no" : findings.isEmpty() ? "ok" : "warn");
                findings.forEach(finding -> reasons.add(vm + " to " + host + ": " + finding.text("fault") + ": " + finding.text("sentence")));
            }
            table.row(cells.toArray());
        }
        table.print(world.out());
        if (!reasons.isEmpty()) {
            world.out().println();
            reasons.forEach(world.out()::println);
        }
    }
}
