package io.etherloom.esxcli;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The product's formats of output, `--formatter`. Each gives whole lines.
enum Formatter {
    /// What people see, when no formatter is asked for.
    TEXT {
        @Override
        List<String> lines(Reply reply, Map<String, String> parameters) {
            return TextFormat.lines(reply);
        }
    },
    JSON {
        @Override
        List<String> lines(Reply reply, Map<String, String> parameters) {
            return List.of(JsonFormat.text(reply));
        }
    },
    XML {
        @Override
        List<String> lines(Reply reply, Map<String, String> parameters) {
            return XmlFormat.lines(reply);
        }
    },
    CSV {
        @Override
        List<String> lines(Reply reply, Map<String, String> parameters) {
            return CsvFormat.lines(reply, parameters);
        }
    },
    KEYVALUE {
        @Override
        List<String> lines(Reply reply, Map<String, String> parameters) {
            return KeyValueFormat.lines(reply);
        }
    };

    /// The words of `--formatter`.
    static final List<String> WORDS = List.of("csv", "json", "keyvalue", "xml");

    /// @param parameters of `--format-param`, by name
    abstract List<String> lines(Reply reply, Map<String, String> parameters);

    /// By its word; empty for text.
    static Formatter of(String word) {
        if (word.isEmpty()) {
            return TEXT;
        }
        if (!WORDS.contains(word)) {
            throw Refusal.of("Error: Unknown formatter '" + word + "'", "the formatters are " + String.join(", ", WORDS));
        }
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /// `fields=Name,MTU` as name and value; the product's own pages write two equals signs as well.
    static Map<String, String> parameters(List<String> texts) {
        var parameters = new HashMap<String, String>();
        for (var text : texts) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw Refusal.of("Error: Invalid format parameter '" + text + "'", "write --format-param=NAME=VALUE, such as --format-param=fields=Name,MTU");
            }
            parameters.put(text.substring(0, equals), text.substring(equals + 1).replaceFirst("^=", "").replaceAll("^\"|\"$", ""));
        }
        return parameters;
    }
}
