package io.etherloom.esxcli;

import io.etherloom.topology.Suggestion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/// The options behind a command, in each of the product's forms: `-v vSwitch0`, `-v=vSwitch0`, `-vvSwitch0`, `--vswitch-name vSwitch0`,
/// `--vswitch-name=vSwitch0`. Of one that is given twice the last holds.
final class Arguments {
    private final Map<String, String> values = new HashMap<>();
    private final List<Option> options;

    private Arguments(List<Option> options) {
        this.options = options;
    }

    /// @throws Refusal when the words do not fit the options
    static Arguments of(List<Option> options, List<String> words) {
        var arguments = new Arguments(options);
        for (int i = 0; i < words.size(); i++) {
            i += arguments.take(words.get(i), i + 1 < words.size() ? words.get(i + 1) : "", i + 1 < words.size()) ? 1 : 0;
        }
        for (var option : options) {
            if (option.isRequired() && !arguments.has(option.name())) {
                throw Refusal.usage("Missing required parameter " + option.forms(), "");
            }
        }
        return arguments;
    }

    /// @return whether the next word was its value
    private boolean take(String word, String next, boolean hasNext) {
        var option = option(word);
        var attached = attached(word);
        if (option.type() == Option.Type.FLAG) {
            put(option, attached.isEmpty() ? "true" : attached.getFirst());
            return false;
        }
        if (attached.isEmpty() && !hasNext) {
            throw Refusal.usage("Option " + option.forms() + " requires a value", "");
        }
        put(option, attached.isEmpty() ? next : attached.getFirst());
        return attached.isEmpty();
    }

    private Option option(String word) {
        for (var option : options) {
            boolean isLong = word.startsWith("--");
            if (isLong ? name(word).equals(option.name()) : word.length() > 1 && word.startsWith("-" + option.letter())) {
                return option;
            }
        }
        if (!word.startsWith("-")) {
            throw Refusal.usage("Invalid argument '" + word + "'", "");
        }
        var names = options.stream().map(option -> "--" + option.name()).toList();
        throw Refusal.usage("Invalid option " + word.split("=", 2)[0], Suggestion.among(word.split("=", 2)[0], names).replaceFirst("^; ", ""));
    }

    private static String name(String word) {
        return word.substring(2).split("=", 2)[0];
    }

    /// The value in the same word; empty when there is none.
    private static List<String> attached(String word) {
        int equals = word.indexOf('=');
        if (word.startsWith("--")) {
            return equals < 0 ? List.of() : List.of(word.substring(equals + 1));
        }
        return word.length() == 2 ? List.of() : List.of(word.substring(word.charAt(2) == '=' ? 3 : 2));
    }

    private void put(Option option, String value) {
        boolean fits = switch (option.type()) {
            case TEXT -> true;
            case WHOLE -> value.matches("-?[0-9]{1,18}");
            case YES_NO, FLAG -> isYes(value) || List.of("false", "no", "0").contains(value.toLowerCase(Locale.ROOT));
        };
        if (!fits) {
            throw Refusal.usage("While processing '--" + option.name() + "'. Argument type mismatch. Expecting " + option.type().word() + " value. Got '"
                + value + "'", "");
        }
        values.put(option.name(), value);
    }

    private static boolean isYes(String value) {
        return List.of("true", "yes", "1").contains(value.toLowerCase(Locale.ROOT));
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /// Whether any of them is given.
    boolean hasAny(String... names) {
        return Arrays.stream(names).anyMatch(this::has);
    }

    /// Empty when it is not given.
    String text(String name) {
        return values.getOrDefault(name, "");
    }

    OptionalLong whole(String name) {
        return has(name) ? OptionalLong.of(Long.parseLong(text(name))) : OptionalLong.empty();
    }

    boolean isTrue(String name) {
        return has(name) && isYes(text(name));
    }

    /// The names of a list with commas.
    List<String> list(String name) {
        var names = new ArrayList<String>();
        for (var each : text(name).split(",")) {
            if (!each.isBlank()) {
                names.add(each.strip());
            }
        }
        return names;
    }
}
