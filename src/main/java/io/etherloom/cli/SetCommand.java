package io.etherloom.cli;

import io.etherloom.topology.Setting;
import io.etherloom.topology.Suggestion;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "set", description = {"Set policies of a port group or vSwitch, options of a host, VMkernel ports, or what a guest asks for, while the lab runs;"
        + " have vSwitches, port groups and VMkernel ports come and go.",
    "All settings of one call are made as one change, or none is. They hold until up puts the lab back to its file; show portgroups marks them."},
    footer = {
    "  etherloom set portgroup esx1/DMZ security.forgedTransmits=reject",
    "  etherloom set portgroup esx1/DMZ vlan=30 'teaming.failoverOrder.active=[vmnic1]'",
    "  etherloom set vswitch esx1/vSwitch0 trafficShaping.enabled=yes trafficShaping.averageBandwidth=8Mbps",
    "  etherloom set host esx1 Net.TeamPolicyUpDelay=0",
    "  etherloom set portgroup esx1/vSwitch0/Test exists=yes vlan=30   a port group more; exists=no takes it away",
    "  etherloom set vswitch esx1/vSwitch1 exists=yes mtu=9000 'uplinks=[vmnic2]'",
    "  etherloom set vmkernel esx1/vmk1 exists=yes portGroup=Test ip=10.0.30.5/24",
    "  etherloom set nic web1/0 promiscuous=yes      not for namespace VMs, whose guests decide themselves",
    "  etherloom set portgroup esx1/DMZ security.forgedTransmits=      put the file's value back",
    "  etherloom set portgroup esx1/DMZ --unset trafficShaping         the same, for all that is below it",
    "", "Needs a running lab. KEY is written as in the file, levels joined by dots; VALUE as there; a wrong KEY is answered"
        + " with those that there are. Doing it twice is no fault."})
final class SetCommand extends Verb {
    @Parameters(index = "0", paramLabel = "WHAT", completionCandidates = Kinds.class, description = "One of ${COMPLETION-CANDIDATES}.")
    String what = "";

    @Parameters(index = "1", paramLabel = "TARGET", description = "HOST/LABEL, HOST/VSWITCH/LABEL, HOST/VSWITCH, HOST, VM/N, or HOST/VMK.")
    String target = "";

    @Parameters(index = "2..*", arity = "0..*", paramLabel = "KEY=VALUE", completionCandidates = Paths.class,
        description = "What is set to which value; nothing behind the = puts the file's value back.")
    List<String> assignments = new ArrayList<>();

    @Option(names = "--unset", paramLabel = "KEY", description = "Put the file's value back. May be given several times.")
    List<String> unset = new ArrayList<>();

    @Mixin LabOption lab = new LabOption();
    @Mixin OutputOption output = new OutputOption();

    SetCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var body = Json.text(body());
        if (!Kinds.WORDS.contains(what)) {
            throw new Failure(ExitCode.BAD_INPUT, "nothing can be set on a \"" + what + "\"" + Suggestion.withAllowed(what, Kinds.WORDS, Kinds.WORDS));
        }
        var client = client(lab(lab.name));
        var answer = Row.of(Json.parse(client.post("/v1/settings/" + what + "/" + LabClient.segment(target), body)));
        var steps = answer.rows("steps");
        output.print(world.out(), Json.text(steps.stream().map(Row::members).toList()), () -> Views.plan(steps), "nothing had to be changed");
        answer.list("warnings").forEach(warning -> world.note("warning: " + warning));
        return ExitCode.OK;
    }

    private Map<String, @Nullable Object> body() {
        var body = new LinkedHashMap<String, @Nullable Object>();
        for (var assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals <= 0) {
                throw new Failure(ExitCode.BAD_INPUT, "\"" + assignment + "\" is no setting; write KEY=VALUE, or KEY= for the file's value");
            }
            put(body, assignment.substring(0, equals).strip(), assignment.substring(equals + 1).strip());
        }
        unset.forEach(key -> put(body, key, ""));
        if (body.isEmpty()) {
            throw new Failure(ExitCode.BAD_INPUT, "nothing is to be set; write KEY=VALUE, or --unset KEY");
        }
        return body;
    }

    private static void put(Map<String, @Nullable Object> body, String key, String value) {
        if (body.containsKey(key)) {
            throw new Failure(ExitCode.BAD_INPUT, key + " is given twice");
        }
        body.put(key, value.isEmpty() ? null : value);
    }

    /// For help and completion.
    static final class Kinds implements Iterable<String> {
        static final List<String> WORDS = Setting.Kind.settable().stream().map(Setting.Kind::word).toList();

        @Override
        public Iterator<String> iterator() {
            return WORDS.iterator();
        }
    }

    /// Keys with an equals sign behind them, for completion.
    static final class Paths implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Setting.Kind.settable().stream().flatMap(kind -> kind.paths().stream()).distinct().map(path -> path + "=").iterator();
        }
    }
}
