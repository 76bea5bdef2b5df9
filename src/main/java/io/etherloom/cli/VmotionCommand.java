package io.etherloom.cli;

import io.etherloom.topology.Units;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
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
    "  etherloom vmotion web1 --to esx2 --stun 500ms          the pause that a real guest would have",
    "  etherloom vmotion web1 --to esx2 --stun 500ms --buffer 4MB   and nothing is lost in it",
    "  etherloom vmotion web1 web2 web3 --to esx2 --parallel 2",
    "  etherloom vmotion --check                              every VM against every host",
    "  etherloom vmotion web1 --abort                         take back the move that goes on",
    "", "Needs a running lab. VMs of every kind move; see docs/vmotion.md. The move holds until the file is applied again."})
final class VmotionCommand extends Verb {
    private static final int MAX_PARALLEL = 64;

    @Parameters(arity = "0..*", paramLabel = "VM", description = "Names of VMs.")
    List<String> vms = List.of();

    @Option(names = "--to", paramLabel = "HOST", description = "The host that they shall run on.")
    @Nullable String to;

    @Option(names = "--dry-run", description = "Check only; nothing moves.")
    boolean isDryRun;

    @Option(names = "--strict", description = "Refuse a move for warnings, too: other VLAN, policies or MTU, a physical path without the VLAN.")
    boolean isStrict;

    @Option(names = "--timeout", paramLabel = "TIME", description = "Take a move back when it is not done by then (60s).")
    @Nullable String timeout;

    @Option(names = "--buffer", paramLabel = "SIZE", description = {"Keep so much of what comes for each port while it stands still, and hand it over in order.",
        "Beyond what ESX does, which drops it."})
    @Nullable String buffer;

    @Option(names = "--stun", paramLabel = "TIME", description = "Have the ports stand still for so long, as those of a real guest would.")
    @Nullable String stun;

    @Option(names = "--parallel", paramLabel = "N", description = "Move so many VMs at once (1).")
    int parallel = 1;

    @Option(names = "--abort", description = "Take back the moves of these VMs that go on.")
    boolean isAbort;

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
        if (vms.isEmpty() || to == null && !isAbort) {
            throw new Failure(ExitCode.BAD_INPUT, "which VM shall go where? etherloom vmotion web1 --to esx2, or --check for all");
        }
        if (parallel < 1 || parallel > MAX_PARALLEL) {
            throw new Failure(ExitCode.BAD_INPUT, "--parallel is a number from 1 to " + MAX_PARALLEL + ", not " + parallel);
        }
        var record = lab(lab.name);
        return isAbort ? abort(client(record)) : conclude(all(vms.stream().map(vm -> body(vm)).map(body -> (Callable<String>) () -> move(client(record), body)).toList()));
    }

    private String body(String vm) {
        var body = new LinkedHashMap<String, @Nullable Object>();
        body.put("vm", vm);
        body.put("host", to);
        body.put("strict", isStrict);
        body.put("dryRun", isDryRun);
        body.put("timeoutMillis", timeout == null ? null : DurationText.millis(timeout));
        body.put("stunMillis", stun == null ? null : DurationText.millis(stun));
        try {
            body.put("bufferOctets", buffer == null ? null : Units.octets(buffer));
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.BAD_INPUT, "--buffer: " + e.getMessage());
        }
        return Json.text(body);
    }

    /// What became of each, in the order in which they were named; what one of them throws is thrown once all are over.
    private List<String> all(List<Callable<String>> moves) {
        try (var threads = Executors.newFixedThreadPool(Math.min(parallel, moves.size()), Thread.ofVirtual().factory())) {
            var answers = new ArrayList<String>();
            Failure first = null;
            for (var answer : threads.invokeAll(moves)) {
                try {
                    answers.add(answer.get());
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof Failure failure)) {
                        throw new IllegalStateException(e.getCause());
                    }
                    if (first == null) {
                        first = failure;
                    } else {
                        world.note(failure.sentence());
                    }
                }
            }
            if (first != null) {
                conclude(answers);
                throw first;
            }
            return answers;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.FAILED, "interrupted; moves that go on are seen by `etherloom show vmotions`");
        }
    }

    /// Begins one and follows it, with a line for each phase.
    private String move(LabClient client, String body) {
        var json = client.post("/v1/vmotions", body);
        var report = Row.of(Json.parse(json));
        int told = 0;
        while (true) {
            told = tell(report, told);
            if (!List.of("running", "prepared", "switched").contains(report.text("state"))) {
                return json;
            }
            json = client.get("/v1/vmotions/" + report.number("id") + "?phases=" + told);
            report = Row.of(Json.parse(json));
        }
    }

    private int tell(Row report, int told) {
        var phases = report.rows("phases");
        if (!output.isJson() && report.number("id") > 0 && !report.text("state").equals("refused")) {
            phases.stream().skip(told).forEach(phase -> world.out().printf("%s  %-10s %9s ms%n", report.text("vm"), phase.text("name"),
                MoveTables.millis(phase.number("micros"))));
            world.out().flush();
        }
        return phases.size();
    }

    private int conclude(List<String> answers) {
        int code = ExitCode.OK;
        for (var json : answers) {
            var report = Row.of(Json.parse(json));
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

    private int abort(LabClient client) {
        for (var vm : vms) {
            var move = Json.rows(client.get("/v1/vmotions")).stream()
                .filter(it -> it.text("vm").equals(vm) && List.of("running", "prepared", "switched").contains(it.text("state"))).findFirst()
                .orElseThrow(() -> new Failure(ExitCode.FAILED, vm + " is not being moved; see etherloom show vmotions"));
            var report = Row.of(Json.parse(client.post("/v1/vmotions/" + move.number("id") + "/abort", "")));
            if (!report.text("state").equals("failed")) {
                throw new Failure(ExitCode.FAILED, "too late: " + vm + " " + (report.text("state").equals("moved") ? "has moved to " + report.text("to")
                    : "is " + report.text("state")));
            }
            world.out().println("the move of " + vm + " to " + report.text("to") + " is taken back; " + vm + " is on "
                + Json.rows(client.get("/v1/vms")).stream().filter(it -> it.text("name").equals(vm)).map(it -> it.text("host")).findFirst().orElse("no host"));
        }
        return ExitCode.OK;
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
            case "moved" -> {
                out.println("moved " + what + "; its ports were off for " + MoveTables.millis(report.number("gapMicros")) + " ms");
                MoveTables.lines(report, buffer != null).forEach(line -> out.println("  " + line));
            }
            case "checked" -> out.println(report.rows("findings").isEmpty() ? "nothing stands against moving " + what : "only warnings stand against moving " + what);
            default -> world.note(report.text("state") + ": " + what + "\n  " + report.text("reason").replace("\n", "\n  "));
        }
        if (report.text("state").equals("moved")) {
            if (!report.text("reason").equals("-")) {
                world.note("warning: it has moved, but " + report.text("reason").replace("\n", "; "));
            }
            var nics = new Table("VNIC", "UPLINK-BEFORE", "UPLINK-AFTER", "RARPS");
            report.rows("nics").forEach(nic -> nics.row(nic.cell("name"), nic.cell("uplinkBefore"), nic.cell("uplinkAfter"), nic.number("rarpsSent")));
            nics.print(out);
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
