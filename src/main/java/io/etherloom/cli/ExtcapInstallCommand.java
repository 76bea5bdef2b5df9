package io.etherloom.cli;

import io.etherloom.lab.StateDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Puts the script where Wireshark looks, or takes it away.
@Command
abstract class ExtcapInstallCommand extends Verb {
    private static final List<String> PROGRAMS = List.of("tshark", "wireshark");
    private static final int PATIENCE_SECONDS = 20;

    @Option(names = "--dir", paramLabel = "FOLDER", description = "The folder, instead of your own, which tshark is asked for.")
    @Nullable Path dir;

    ExtcapInstallCommand(World world) {
        super(world);
    }

    /// `etherloom extcap install`.
    @Command(name = "install", description = "Put Etherloom among the interfaces of your Wireshark and tshark.", footer = {
        "  etherloom extcap install",
        "  etherloom extcap install --dir /usr/lib/x86_64-linux-gnu/wireshark/extcap      for all users"})
    static final class Install extends ExtcapInstallCommand {
        Install(World world) {
            super(world);
        }

        @Override
        public Integer call() throws IOException {
            var script = script();
            Files.createDirectories(script.getParent());
            var command = new ArrayList<>(World.ownCommand());
            command.set(0, Path.of(command.getFirst()).toAbsolutePath().normalize().toString());
            Files.writeString(script, ExtcapScript.text(command, StateDirectory.ofThisUser().root()));
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
            world.out().println("installed " + script + "; Wireshark and tshark -D list what runs now when they start");
            return ExitCode.OK;
        }
    }

    /// `etherloom extcap uninstall`.
    @Command(name = "uninstall", description = "Take Etherloom away from there.", footer = "  etherloom extcap uninstall")
    static final class Uninstall extends ExtcapInstallCommand {
        Uninstall(World world) {
            super(world);
        }

        @Override
        public Integer call() throws IOException {
            var script = script();
            world.out().println(Files.deleteIfExists(script) ? "removed " + script : "there is no " + script);
            return ExitCode.OK;
        }
    }

    final Path script() {
        return (dir == null ? personal() : dir.toAbsolutePath().normalize()).resolve(ExtcapScript.NAME);
    }

    private static Path personal() {
        for (var program : PROGRAMS) {
            var folder = folder(program);
            if (folder != null) {
                return folder;
            }
        }
        throw new Failure(ExitCode.ENVIRONMENT, "neither tshark nor wireshark is here to say where it looks; install one (apt-get install tshark),"
            + " or name the folder: --dir ~/.local/lib/wireshark/extcap");
    }

    /// Since 4.2 Wireshark names the folder; before, it was in that of the configuration.
    private static @Nullable Path folder(String program) {
        Path configuration = null;
        for (var line : lines(program)) {
            var value = line.substring(line.indexOf(':') + 1).strip();
            if (line.startsWith("Personal Extcap path:")) {
                return Path.of(value);
            }
            if (line.startsWith("Personal configuration:")) {
                configuration = Path.of(value, "extcap");
            }
        }
        return configuration;
    }

    private static List<String> lines(String program) {
        try {
            var process = new ProcessBuilder(program, "-G", "folders").redirectError(ProcessBuilder.Redirect.DISCARD).start();
            process.getOutputStream().close();
            var lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
            return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) ? lines : List.of();
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }
}
