package io.etherloom.cli;

import io.etherloom.scenario.Rfc2889Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "rfc2889", description = "Measure broadcasts to all VMs of a VLAN, and how many addresses physical switches learn, and how fast"
        + " (RFC 2889).", footer = {
    "  etherloom bench rfc2889 --from web1",
    "  etherloom bench rfc2889 --from web1 --to web2 --to web3 --sizes 64",
    "  etherloom bench rfc2889 --from web1 --to web2 --tests address-capacity,learning-rate --max-addresses 65536",
    "", "Needs a running lab with the VMs on. For addresses: a --to on another host, and a port group that accepts forged transmits.",
    "A vSwitch does not learn, so those two tests are of the physical switches on the way; what they learn stays until it ages."})
final class Rfc2889Command extends BenchVerb {
    @Option(names = "--from", required = true, paramLabel = "VM", description = "Where frames are sent.")
    String from = "";

    @Option(names = "--to", paramLabel = "VM", description = "Where they are to arrive; again for more. Without it: all VMs of the VLAN.")
    List<String> to = new ArrayList<>();

    @Option(names = "--tests", paramLabel = "TEST", split = ",", defaultValue = "broadcast",
        description = "broadcast, address-capacity, learning-rate (default: ${DEFAULT-VALUE}).")
    List<String> tests = new ArrayList<>();

    @Option(names = "--duration", paramLabel = "TIME", defaultValue = "2s", description = "How long a trial sends (default: ${DEFAULT-VALUE}).")
    String duration = "";

    @Option(names = "--max-addresses", paramLabel = "COUNT", defaultValue = "8192",
        description = "Most addresses that are offered (default: ${DEFAULT-VALUE}).")
    int maxAddresses;

    @Option(names = "--conformant", description = "Trials of 60 s, 9 s apart.")
    boolean isConformant;

    Rfc2889Command(World world) {
        super(world);
    }

    @Override
    public Integer call() throws IOException {
        long millis = DurationText.millis(duration);
        try {
            return bench("/v1/bench/rfc2889", members(new Rfc2889Settings(from, to, sizes, tests, isConformant ? 60_000 : millis,
                resolutionPpm(), lossTolerancePpm(), maxFramesPerSecond(), maxAddresses, isConformant)));
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.BAD_INPUT, String.valueOf(e.getMessage()), e);
        }
    }

    private static Map<String, Object> members(Rfc2889Settings settings) {
        var members = new LinkedHashMap<String, Object>();
        members.put("from", settings.from());
        members.put("to", settings.to());
        members.put("frameSizes", settings.frameSizes());
        members.put("tests", settings.tests());
        members.put("trialMillis", settings.trialMillis());
        members.put("resolutionPpm", settings.resolutionPpm());
        members.put("lossTolerancePpm", settings.lossTolerancePpm());
        members.put("maxFramesPerSecond", settings.maxFramesPerSecond());
        members.put("maxAddresses", settings.maxAddresses());
        members.put("conformantRest", settings.conformantRest());
        return members;
    }

    @Override
    Table csv(List<Row> rows) {
        var broadcasts = BenchTables.broadcasts(rows);
        return broadcasts.isEmpty() ? BenchTables.addresses(rows) : broadcasts;
    }

    @Override
    void report(List<Row> rows) {
        BenchTables.print(world.out(), BenchTables.broadcasts(rows), BenchTables.addresses(rows));
        BenchTables.skipped(world.out(), rows);
        BenchTables.notes(world.out(), rows);
    }
}
