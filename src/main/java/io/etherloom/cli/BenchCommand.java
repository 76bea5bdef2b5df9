package io.etherloom.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(name = "bench", synopsisSubcommandLabel = "TEST", description = "Measure a running lab with frames that a generator sends and counts inside its VMs.", footer = {
    "  etherloom bench rfc2544 --from web1 --to web2",
    "  etherloom bench rfc2889 --from web1",
    "  etherloom bench rfc2544 --help       what else can be asked for",
    "", "Needs a running lab, and that nothing else works on the machine if the figures are to mean something."})
final class BenchCommand extends Verb {
    BenchCommand(World world) {
        super(world);
    }

    /// The verbs below this one.
    static Map<String, Verb> tests(World world) {
        var tests = new LinkedHashMap<String, Verb>();
        tests.put("rfc2544", new Rfc2544Command(world));
        tests.put("rfc2889", new Rfc2889Command(world));
        return tests;
    }

    @Override
    public Integer call() {
        throw new Failure(ExitCode.BAD_INPUT, "which benchmark? etherloom bench rfc2544 --from web1 --to web2, or etherloom bench rfc2889 --from web1");
    }
}
