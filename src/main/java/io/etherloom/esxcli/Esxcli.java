package io.etherloom.esxcli;

import io.etherloom.topology.Suggestion;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Runs one line of words as the product would on a host.
///
/// @param host what commands are about; asked for by commands only, not for help
/// @param out  what they answer
/// @param err  what is wrong
public record Esxcli(Supplier<EsxHost> host, PrintStream out, PrintStream err) {
    /// Exit codes of the product: done, and everything else.
    private static final int DONE = 0;
    private static final int FAILED = 1;

    /// @param words      namespaces, command and its options
    /// @param formatter  `csv`, `json`, `keyvalue`, `xml`, or empty
    /// @param parameters of the formatter, `fields=Name,MTU`
    /// @return the exit code
    public int run(List<String> words, String formatter, List<String> parameters) {
        try {
            return run(words, Formatter.of(formatter), Formatter.parameters(parameters));
        } catch (Refusal refusal) {
            return refused(refusal, List.of());
        }
    }

    private int run(List<String> words, Formatter formatter, Map<String, String> parameters) {
        var namespace = CommandTree.root();
        for (int i = 0; i < words.size(); i++) {
            var command = namespace.command(words.get(i));
            if (command != null) {
                return run(command, words.subList(0, i + 1), words.subList(i + 1, words.size()), formatter, parameters);
            }
            var inner = namespace.namespace(words.get(i));
            if (inner == null) {
                return isHelp(words.get(i)) ? say(Help.of(words.subList(0, i), namespace)) : refused(unknown(namespace, words, i), Help.of(words.subList(0, i), namespace));
            }
            namespace = inner;
        }
        return say(Help.of(words, namespace));
    }

    private static boolean isHelp(String word) {
        return word.equals("--help") || word.equals("-h") || word.equals("-?");
    }

    private static Refusal unknown(Namespace namespace, List<String> words, int at) {
        var names = new ArrayList<>(namespace.namespaces().stream().map(Namespace::name).toList());
        namespace.commands().forEach(command -> names.add(command.name()));
        var line = String.join(" ", words.stream().takeWhile(word -> !word.startsWith("-")).toList());
        return Refusal.usage("Unknown command or namespace " + line, Suggestion.among(words.get(at), names).replaceFirst("^; ", ""));
    }

    private int run(Command command, List<String> path, List<String> words, Formatter formatter, Map<String, String> parameters) {
        if (words.contains("--help")) {
            return say(Help.of(path, command));
        }
        try {
            var arguments = Arguments.of(command.options(), words);
            var reply = command.action().run(host.get(), arguments);
            return reply == Reply.SILENCE ? DONE : say(formatter.lines(reply, parameters));
        } catch (Refusal refusal) {
            return refused(refusal, Help.of(path, command));
        }
    }

    private int say(List<String> lines) {
        lines.forEach(out::println);
        return DONE;
    }

    private int refused(Refusal refusal, List<String> help) {
        err.println(refusal.sentence());
        if (!refusal.hint().isEmpty()) {
            err.println("etherloom: " + refusal.hint());
        }
        if (refusal.isUsage()) {
            err.println();
            help.forEach(err::println);
        }
        return FAILED;
    }
}
