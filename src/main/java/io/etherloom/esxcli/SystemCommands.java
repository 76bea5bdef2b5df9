package io.etherloom.esxcli;

import io.etherloom.topology.AdvancedOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `system settings advanced`, `system hostname` and `system version`. An option `Net.X` is `/Net/X` here.
final class SystemCommands {
    private static final Option OPTION = Option.required('o', "option", "The option, such as /Net/TeamPolicyUpDelay.");

    private SystemCommands() {}

    static List<Command> advanced() {
        return List.of(
            new Command("list", "List options with their values.", SystemCommands::list, Option.flag('d', "delta", "Only those that are not at their default."),
                Option.text('o', "option", "Only this option."), Option.text('t', "tree", "Only options that begin so, such as /Net.")),
            new Command("set", "Give an option a value.", SystemCommands::set, Option.flag('d', "default", "Back to its default."),
                Option.whole('i', "int-value", "The value of an option that is a number."), OPTION,
                Option.text('s', "string-value", "The value of an option that is a text.")));
    }

    static List<Command> hostname() {
        return List.of(new Command("get", "Show the name of this host.", (host, _) -> Reply.one(Structure.of("FullyQualifiedHostName")
            .with("Domain Name", "").with("Fully Qualified Domain Name", host.name()).with("Host Name", host.name()))));
    }

    static List<Command> version() {
        return List.of(new Command("get", "Show what runs here.", (host, _) -> {
            var version = Facts.of(host.lab().view("lab").getFirst()).text("version").split("[+ ]", 2);
            return Reply.one(Structure.of("VersionGet").with("Product", "Etherloom").with("Version", version[0])
                .with("Build", version.length > 1 ? version[1] : "").with("Update", "0").with("Patch", "0"));
        }));
    }

    private static String path(String key) {
        return "/" + key.replace('.', '/');
    }

    private static Reply list(EsxHost host, Arguments arguments) {
        var options = host.options();
        if (arguments.has("option")) {
            return Reply.blocks("", List.of(option(host, find(host, arguments.text("option")))));
        }
        var tree = arguments.text("tree").replaceAll("/$", "");
        return Reply.blocks("", options.stream()
            .filter(option -> path(option.text("name")).startsWith(tree))
            .filter(option -> !arguments.isTrue("delta") || option.number("value") != option.number("defaultValue"))
            .map(option -> option(host, option)).toList());
    }

    private static Facts find(EsxHost host, String path) {
        var options = host.options();
        return options.stream().filter(option -> path(option.text("name")).equals(path)).findFirst()
            .orElseThrow(() -> {
                var missing = host.missing("option", path, options.stream().map(option -> path(option.text("name"))).toList());
                return Refusal.of("Unable to find branch " + path, missing.hint().replaceFirst("; it has [^;]*", ""));
            });
    }

    private static Optional<AdvancedOption> known(Facts option) {
        return Arrays.stream(AdvancedOption.values()).filter(it -> it.key().equals(option.text("name"))).findFirst();
    }

    private static Structure option(EsxHost host, Facts option) {
        var known = known(option);
        var address = known.filter(AdvancedOption::isAddress);
        var number = known.filter(it -> !it.isAddress());
        return Structure.of("SettingsAdvancedOption")
            .with("Path", path(option.text("name")))
            .with("Type", address.isPresent() ? "string" : "integer")
            .with("Int Value", address.isPresent() ? 0 : option.number("value"))
            .with("Default Int Value", address.isPresent() ? 0 : option.number("defaultValue"))
            .with("Min Value", number.map(AdvancedOption::minimum).orElse(0))
            .with("Max Value", number.map(AdvancedOption::maximum).orElse(0))
            .with("String Value", address.map(it -> it.text((int) option.number("value"))).orElse(""))
            .with("Default String Value", address.map(it -> it.text((int) option.number("defaultValue"))).orElse(""))
            .with("Valid Characters", "")
            .with("Description", host.lab().about(option.text("name")));
    }

    private static String text(Arguments arguments) {
        if (arguments.has("string-value")) {
            return arguments.text("string-value");
        }
        throw arguments.has("int-value")
            ? Refusal.of("Unable to set option: " + arguments.text("option") + " is of type string", "write -s TEXT")
            : Refusal.usage("Missing required parameter -s|--string-value", "");
    }

    private static Reply set(EsxHost host, Arguments arguments) {
        var option = find(host, arguments.text("option"));
        var address = known(option).filter(AdvancedOption::isAddress);
        Object value;
        if (arguments.isTrue("default")) {
            value = address.<Object>map(it -> it.text((int) option.number("defaultValue"))).orElse(option.number("defaultValue"));
        } else if (address.isPresent()) {
            value = text(arguments);
        } else if (arguments.has("int-value")) {
            value = arguments.whole("int-value").orElseThrow();
        } else if (arguments.has("string-value")) {
            throw Refusal.of("Unable to set option: " + arguments.text("option") + " is of type integer", "write -i NUMBER");
        } else {
            throw Refusal.usage("Missing required parameter -i|--int-value", "");
        }
        host.lab().set("host", host.name(), EsxHost.values(option.text("name"), value));
        return Reply.SILENCE;
    }
}
