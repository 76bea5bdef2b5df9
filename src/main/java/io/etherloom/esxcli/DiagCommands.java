package io.etherloom.esxcli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// `network diag ping`: a real ping from the host's VMkernel ports.
final class DiagCommands {
    private static final Pattern ANSWER = Pattern.compile("([0-9]+) bytes from (\\S+?):? icmp_seq=([0-9]+) (?:ttl|hlim)=([0-9]+) time=([0-9.]+) ms(.*)");
    private static final Pattern SENT = Pattern.compile("([0-9]+) packets transmitted.*");
    private static final long USUAL_COUNT = 3;
    /// What a person waits for.
    private static final long MOST = 1000;

    /// @param micros round trip
    private record Answer(long octets, String from, long sequence, long ttl, long micros, boolean isDuplicate) {}

    private DiagCommands() {}

    static Namespace diag() {
        return new Namespace("diag", "Try out the network.", List.of(), List.of(new Command("ping", "Send echo requests from a VMkernel port.", DiagCommands::ping,
            Option.flag('4', "ipv4", "By IPv4."), Option.flag('6', "ipv6", "By IPv6."),
            Option.whole('c', "count", "How many; " + USUAL_COUNT + " without it."), Option.flag('d', "df", "Do not fragment."),
            Option.required('H', "host", "Address, or name of a VM or host of the lab."), Option.text('I', "interface", "The VMkernel port."),
            Option.text('i', "interval", "Seconds between them."), Option.text('N', "netstack", "The network stack."),
            Option.whole('s', "size", "Octets of data; 56 without it."), Option.whole('t', "ttl", "How many hops."),
            Option.text('W', "wait", "Seconds to wait for an answer."))));
    }

    private static Reply ping(EsxHost host, Arguments arguments) {
        InterfaceCommands.requireStack(arguments);
        var vmks = host.vmKernels();
        if (vmks.isEmpty()) {
            throw Refusal.of("Error: No interfaces", "host " + host.name() + " has no VMkernel port to ping from");
        }
        var vmk = arguments.has("interface") ? host.vmKernel(arguments.text("interface")) : vmks.getFirst();
        var run = host.lab().run(vmk.text("namespace"), command(arguments));
        var answers = run.output().lines().map(ANSWER::matcher).filter(it -> it.matches()).map(it -> new Answer(Long.parseLong(it.group(1)), it.group(2),
            Long.parseLong(it.group(3)), Long.parseLong(it.group(4)), Math.round(Double.parseDouble(it.group(5)) * 1000), it.group(6).contains("DUP"))).toList();
        var sent = run.output().lines().map(SENT::matcher).filter(it -> it.matches()).findFirst();
        if (sent.isEmpty()) {
            throw Refusal.of("Error: " + run.output().strip().replaceFirst("^ping: ", ""), "");
        }
        return Reply.one(Structure.of("VMKPing")
            .with("Trace", new Value.Inner(answers.stream().map(DiagCommands::trace).toList(), true))
            .with("Summary", new Value.Inner(List.of(summary(arguments.text("host"), Long.parseLong(sent.get().group(1)), answers)), false)));
    }

    private static List<String> command(Arguments arguments) {
        long count = arguments.whole("count").orElse(USUAL_COUNT);
        if (count < 1 || count > MOST) {
            throw Refusal.usage("Invalid value '" + count + "' for --count", "it is 1 to " + MOST);
        }
        var target = arguments.text("host");
        if (target.startsWith("-") || target.isBlank()) {
            throw Refusal.usage("Invalid value '" + target + "' for --host", "");
        }
        var command = new ArrayList<>(List.of("ping", "-n", "-c", Long.toString(count)));
        option(command, arguments, "interface", "-I");
        option(command, arguments, "size", "-s");
        option(command, arguments, "ttl", "-t");
        option(command, arguments, "interval", "-i");
        option(command, arguments, "wait", "-W");
        if (arguments.isTrue("df")) {
            command.addAll(List.of("-M", "do"));
        }
        if (arguments.isTrue("ipv4") || arguments.isTrue("ipv6")) {
            command.add(arguments.isTrue("ipv6") ? "-6" : "-4");
        }
        command.addAll(List.of("--", target));
        return command;
    }

    private static void option(List<String> command, Arguments arguments, String name, String letter) {
        if (arguments.has(name)) {
            if (!name.equals("interface") && !arguments.text(name).matches("[0-9.]{1,9}")) {
                throw Refusal.usage("Invalid value '" + arguments.text(name) + "' for --" + name, "it is a number");
            }
            command.addAll(List.of(letter, arguments.text(name)));
        }
    }

    private static Structure trace(Answer answer) {
        return Structure.of("VMKPingTrace")
            .with("Received Bytes", answer.octets())
            .with("Host", answer.from())
            .with("ICMP Seq", answer.sequence() - 1)
            .with("TTL", answer.ttl())
            .with("Round-trip Time", new Value.Whole(answer.micros(), "us"))
            .with("Dup", answer.isDuplicate())
            .with("Detail", "");
    }

    /// Spelled as the product spells it.
    private static Structure summary(String target, long sent, List<Answer> answers) {
        var firsts = answers.stream().filter(answer -> !answer.isDuplicate()).mapToLong(Answer::micros).summaryStatistics();
        boolean isHeard = firsts.getCount() > 0;
        return Structure.of("VMKPingSummary")
            .with("Host Addr", target)
            .with("Transmitted", sent)
            .with("Recieved", firsts.getCount())
            .with("Duplicated", answers.size() - firsts.getCount())
            .with("Packet Lost", sent == 0 ? 0 : Math.max(100 * (sent - firsts.getCount()) / sent, 0))
            .with("Round-trip Min", new Value.Whole(isHeard ? firsts.getMin() : 0, "us"))
            .with("Round-trip Avg", new Value.Whole(isHeard ? Math.round(firsts.getAverage()) : 0, "us"))
            .with("Round-trip Max", new Value.Whole(isHeard ? firsts.getMax() : 0, "us"));
    }
}
