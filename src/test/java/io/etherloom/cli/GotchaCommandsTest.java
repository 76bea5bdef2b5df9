package io.etherloom.cli;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.etherloom.lab.GotchaFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The commands in the comments of `topologies/gotchas` are ones that the command line takes.
final class GotchaCommandsTest {
    private static final PrintStream SILENT = new PrintStream(OutputStream.nullOutputStream());

    @Test
    void parseAsTheyStandInTheFiles() throws IOException {
        var world = new World(SILENT, SILENT, InputStream.nullInputStream(), Map.of(), CliBench.VERSION, () -> {
            throw new AssertionError("nothing is run");
        }, new Machine((_, _, _) -> {
            throw new AssertionError("nothing is run");
        }, (_, _) -> {
            throw new AssertionError("nothing is run");
        }));
        for (var file : GotchaFile.all()) {
            for (var words : file.commands()) {
                assertThatCode(() -> VerbLine.commandLine(world, Verbs.NAMES).parseArgs(words.toArray(String[]::new)))
                        .as("%s: %s", file.name(), words).doesNotThrowAnyException();
            }
        }
    }
}
