package io.etherloom.cli;

import io.etherloom.esxcli.Esxcli;
import io.etherloom.esxcli.EsxHost;
import io.etherloom.topology.Suggestion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "esxcli", description = {"The product's command line on a host of a lab: network and system settings, reading and setting, in its own format.",
    "What it sets holds until up puts the lab back to its file; show portgroups marks it. Exit code 1 for all that esxcli refuses."}, footer = {
    "  etherloom esxcli --host esx1 network vswitch standard list",
    "  etherloom esxcli --host esx1 network vswitch standard portgroup add -p Test -v vSwitch0",
    "  etherloom esxcli --host esx1 network vswitch standard policy failover set -v vSwitch0 -a vmnic0 -s vmnic1",
    "  etherloom esxcli --host esx1 network diag ping -I vmk0 -H 10.0.0.12",
    "  etherloom esxcli --host esx1 --formatter=json network nic list",
    "  etherloom esxcli network vswitch                        what there is below it",
    "  etherloom esxcli network nic down --help                the options of a command",
    "", "Needs a running lab, and for ping and neighbor the rights with which it was started. The variable ETHERLOOM_HOST names the host, where no option does."})
final class EsxcliCommand extends Verb {
    /// The variable that names the host when no option does.
    static final String HOST_VARIABLE = "ETHERLOOM_HOST";

    @Option(names = {"--host", "-s", "--server", "--vihost"}, paramLabel = "HOST",
        description = "The host. Without it: the variable ETHERLOOM_HOST, or the only host of the lab.")
    @Nullable String host;

    @Option(names = "--formatter", paramLabel = "FORMAT", description = "csv, json, keyvalue or xml; text for people without it.")
    String formatter = "";

    @Option(names = "--format-param", paramLabel = "NAME=VALUE", description = "For csv: fields=Name,MTU chooses columns; show-header=false leaves the heading out.")
    List<String> parameters = new ArrayList<>();

    @Mixin LabOption lab = new LabOption();

    @Parameters(arity = "0..*", paramLabel = "WORDS", description = "Namespaces, a command and its options, as in the product; without any, what there is.")
    List<String> words = new ArrayList<>();

    EsxcliCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        return new Esxcli(this::host, world.out(), world.err()).run(words, formatter, parameters);
    }

    private EsxHost host() {
        var record = lab(lab.name);
        var client = client(record);
        var names = client.rows("/v1/hosts").stream().map(row -> row.text("name")).toList();
        var name = host != null ? host : world.environment().get(HOST_VARIABLE);
        if (name == null && names.size() != 1) {
            throw new Failure(ExitCode.BAD_INPUT, "which host? The lab " + record.name() + " has "
                + (names.isEmpty() ? "none" : String.join(", ", names) + "; etherloom esxcli --host " + names.getFirst() + " ..."));
        }
        if (name != null && !names.contains(name)) {
            throw new Failure(ExitCode.NO_SUCH_THING, "the lab " + record.name() + " has no host " + name + Suggestion.withAllowed(name, names, names));
        }
        return new EsxHost(new LabHost(world, record, client), name == null ? names.getFirst() : name);
    }
}
