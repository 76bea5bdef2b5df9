package io.etherloom.topology;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Binds `agents`, which is a count or a mapping.
final class AgentsBinder {
    private AgentsBinder() {}

    static AgentSettings bind(@Nullable Item item) {
        if (item == null) {
            return AgentSettings.DEFAULT;
        }
        if (!item.isMapping()) {
            return new AgentSettings(count(item), AgentSettings.DEFAULT.idle(), AgentSettings.DEFAULT.taps());
        }
        var body = item.section(Keys.AGENTS);
        return new AgentSettings(count(body.get("count")),
            body.word("idle", words(AgentSettings.Idle.values(), AgentSettings.Idle::word), AgentSettings.DEFAULT.idle()),
            body.word("taps", words(AgentSettings.Taps.values(), AgentSettings.Taps::word), AgentSettings.DEFAULT.taps()));
    }

    private static int count(@Nullable Item item) {
        if (item == null || item.is("auto")) {
            return AgentSettings.AUTO;
        }
        var count = item.integer(1, AgentSettings.MAX_COUNT, "or auto");
        return count == null ? AgentSettings.AUTO : count;
    }

    private static <T> SequencedMap<String, T> words(T[] values, Function<T, String> word) {
        var words = new LinkedHashMap<String, T>();
        for (var value : values) {
            words.put(word.apply(value), value);
        }
        return words;
    }
}
