package io.etherloom.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// What the container of a VM of kind `container` is made from.
///
/// @param image       as the engine names it: `debian:12`
/// @param command     in place of the image's own; empty for that
/// @param environment variables that are set inside, by name
/// @param pulls       whether the engine fetches the image when it is not there
public record Container(String image, List<String> command, SequencedMap<String, String> environment, boolean pulls) {
    /// Copies the list and the map.
    public Container {
        command = List.copyOf(command);
        environment = new LinkedHashMap<>(environment);
    }

    /// @param vm   of which it is, to say where something is missing
    /// @return null when the VM is of another kind, or after a report
    static @Nullable Container bind(Section vm, VmKind kind) {
        if (kind != VmKind.CONTAINER) {
            refuse(vm, kind);
            return null;
        }
        var image = vm.required("image", "name the image that its container is made from: image: debian:12");
        var text = image == null ? null : image.text();
        if (image != null && text != null && (text.isBlank() || text.startsWith("-") || text.chars().anyMatch(Character::isWhitespace))) {
            image.error("'" + text + "' is no name of an image; write one as the engine lists it, for example debian:12");
            return null;
        }
        var command = command(vm);
        var environment = environment(vm);
        boolean pulls = vm.flag("pull", false);
        return text == null ? null : new Container(text, command, environment, pulls);
    }

    private static void refuse(Section vm, VmKind kind) {
        for (var key : List.of("image", "command", "environment", "pull")) {
            var item = vm.get(key);
            if (item != null && key.equals("image")) {
                if (kind != VmKind.QEMU) {
                    item.error("only a VM of kind container or qemu has it, and this one is of kind " + kind + "; remove it, or write its kind");
                }
            } else if (item != null) {
                item.error("only a VM of kind container has it, and this one is of kind " + kind + "; remove it, or write kind: container");
            }
        }
    }

    private static List<String> command(Section vm) {
        var words = new ArrayList<String>();
        for (var item : vm.list("command")) {
            var word = item.text();
            if (word != null) {
                words.add(word);
            }
        }
        return words;
    }

    private static SequencedMap<String, String> environment(Section vm) {
        var variables = new LinkedHashMap<String, String>();
        for (var entry : vm.named("environment")) {
            var value = entry.value().text();
            if (entry.name().isEmpty() || entry.name().indexOf('=') >= 0) {
                entry.key().error("'" + entry.name() + "' is no name of a variable; it must not be empty or hold =");
            } else if (value != null) {
                variables.put(entry.name(), value);
            }
        }
        return variables;
    }
}
