package io.etherloom.cli;

import io.etherloom.topology.Topology;
import io.etherloom.topology.TopologyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// A topology file as a verb was given it.
record TopologyFile(Path path) {
    static TopologyFile of(String argument) {
        return new TopologyFile(Path.of(argument));
    }

    /// Its path as labs know it.
    String absolute() {
        return path.toAbsolutePath().normalize().toString();
    }

    /// Loads it. Problems, all of them, are said on stderr; warnings alone on stdout.
    ///
    /// @throws Failure with exit code 2 when it cannot be used
    Topology load(World world) {
        try {
            var topology = Topology.load(path);
            topology.warnings().forEach(world.out()::println);
            return topology;
        } catch (TopologyException e) {
            e.problems().forEach(world.err()::println);
            throw new Failure(ExitCode.BAD_INPUT, path + " cannot be used: " + count(e.problems().size(), "problem"), e);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /// Its text, for a lab that checks it itself.
    String text() {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    Failure unreadable(IOException e) {
        var why = switch (e) {
            case NoSuchFileException _ -> "there is no such file";
            case java.nio.charset.CharacterCodingException _ -> "it is not UTF-8";
            default -> String.valueOf(e.getMessage());
        };
        return new Failure(ExitCode.BAD_INPUT, path + " cannot be read: " + why, e);
    }

    static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : noun.endsWith("h") ? "es" : "s");
    }

    /// What a topology holds, in a few words.
    static String contents(Topology topology) {
        int vSwitches = topology.hosts().values().stream().mapToInt(host -> host.vSwitches().size()).sum();
        return String.join(", ", List.of(count(topology.hosts().size(), "host"), count(vSwitches, "vSwitch"),
            count(topology.vms().size(), "VM")));
    }
}
