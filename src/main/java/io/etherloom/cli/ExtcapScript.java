package io.etherloom.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// The script that Wireshark calls. It answers by itself what is the same for all interfaces, and what there is when no lab runs: Wireshark
/// asks for the options of each interface when it starts, and a JVM for each would take seconds.
final class ExtcapScript {
    /// Its name, and that of the toolbar.
    static final String NAME = "etherloom";

    private ExtcapScript() {}

    /// The answer that is always the same.
    ///
    /// @param question `interfaces`, `dlts` or `config`
    static String sentences(String question) {
        return switch (question) {
            case "interfaces" -> """
                extcap {version=1.0}{help=https://www.wireshark.org/docs/man-pages/extcap.html}{display=Etherloom}
                control {number=0}{type=string}{display=Filter}{tooltip=Capture filter, applied in the lab at once}
                control {number=1}{type=boolean}{display=Drops only}{default=false}{tooltip=Only frames that are dropped, each with the reason}
                """;
            case "dlts" -> "dlt {number=1}{name=EN10MB}{display=Ethernet}\n";
            default -> """
                arg {number=0}{call=--drop-only}{display=Drops only}{type=boolean}{default=false}{tooltip=Only frames that are dropped, each with the reason}
                arg {number=1}{call=--snaplen}{display=Octets of each frame}{type=unsigned}{range=1,65553}{default=65553}{tooltip=What is longer is cut}
                """;
        };
    }

    /// @param command how Etherloom is called, in words
    /// @param state where the records of labs are
    static String text(List<String> command, Path state) {
        try (var in = Objects.requireNonNull(ExtcapScript.class.getResourceAsStream("extcap.sh"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                .replace("@ETHERLOOM@", quoted(command.getFirst()))
                .replace("@COMMAND@", String.join(" ", command.stream().map(ExtcapScript::quoted).toList()))
                .replace("@STATE@", quoted(state.toString()))
                .replace("@INTERFACES@\n", sentences("interfaces"))
                .replace("@DLTS@\n", sentences("dlts"))
                .replace("@CONFIG@\n", sentences("config"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
