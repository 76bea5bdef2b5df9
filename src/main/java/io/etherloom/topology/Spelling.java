package io.etherloom.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Words that have several spellings, since the vSphere client, esxcli, the API and PowerCLI each call them differently.
final class Spelling {
    private Spelling() {}

    /// The canonical word first.
    static List<String> all(String word, String... others) {
        var all = new ArrayList<String>();
        all.add(word);
        all.addAll(List.of(others));
        return List.copyOf(all);
    }

    /// The constant that the text spells, or null.
    static <E extends Enum<E>> @Nullable E find(String text, E[] constants, Function<E, List<String>> spellings) {
        for (var constant : constants) {
            if (spellings.apply(constant).stream().anyMatch(text::equalsIgnoreCase)) {
                return constant;
            }
        }
        return null;
    }

    /// The canonical words, for messages.
    static List<String> words(Enum<?>[] constants) {
        return Arrays.stream(constants).map(Enum::toString).toList();
    }
}
