package io.etherloom.esxcli;

import java.util.ArrayList;
import java.util.List;

/// A line for each value: `structure[0].Nic.MTU.integer=1500`, and without `structure[0].` where the answer is no list.
final class KeyValueFormat {
    private final List<String> lines = new ArrayList<>();

    private KeyValueFormat() {}

    static List<String> lines(Reply reply) {
        var written = new KeyValueFormat();
        if (reply.isList()) {
            written.list("", reply.structures());
        } else {
            written.structure("", reply.structures().getFirst());
        }
        return written.lines;
    }

    private void list(String prefix, List<Structure> structures) {
        for (int i = 0; i < structures.size(); i++) {
            structure(prefix + "structure[" + i + "].", structures.get(i));
        }
    }

    private void structure(String prefix, Structure structure) {
        structure.sorted().forEach((key, value) -> value(prefix + structure.type() + "." + key + ".", value));
    }

    private void value(String prefix, Value value) {
        switch (value) {
            case Value.Text(var text) -> line(prefix + "string", text);
            case Value.Whole whole -> line(prefix + "integer", Long.toString(whole.number()));
            case Value.Flag flag -> line(prefix + "boolean", flag.text());
            case Value.Texts(var texts) -> {
                for (int i = 0; i < texts.size(); i++) {
                    line(prefix + "string[" + i + "].string", texts.get(i));
                }
            }
            case Value.Inner inner when inner.isList() -> list(prefix, inner.structures());
            case Value.Inner inner -> structure(prefix, inner.structures().getFirst());
        }
    }

    private void line(String key, String value) {
        lines.add(key + "=" + value.replace('\n', ' '));
    }
}
