package io.etherloom.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A file of `topologies/gotchas` as its reader has it: the text, and the commands of the comment above it. What stands behind `# Cure:`,
/// and behind each `# Or:` after that, is one way to cure it.
///
/// @param name of the file, without `.yaml`
public record GotchaFile(String name, String text) {
    /// Where the files are.
    public static final Path FOLDER = Path.of("topologies", "gotchas");

    private static final String COMMAND = "#   ./etherloom ";
    /// A word is made of quoted and bare parts; an unquoted `#`, `;` or `&` behind a blank ends the command.
    private static final Pattern WORD = Pattern.compile("\\s*((?:'[^']*'|\"[^\"]*\"|[^\\s'\"])+)");

    /// The file with this name.
    public static GotchaFile of(String name) {
        try {
            return new GotchaFile(name, Files.readString(FOLDER.resolve(name + ".yaml")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Every file that loads, those of the cured form included.
    public static List<GotchaFile> all() throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString()).filter(file -> file.endsWith(".yaml")).sorted()
                    .map(file -> of(file.replace(".yaml", ""))).toList();
        }
    }

    /// All commands of the comment, each as its words behind `./etherloom`.
    public List<List<String>> commands() {
        var commands = new ArrayList<List<String>>();
        ways().forEach(commands::addAll);
        return commands;
    }

    /// The commands of one way to cure it, from 1.
    public List<List<String>> cure(int way) {
        return ways().get(way);
    }

    /// All ways to cure it.
    List<List<List<String>>> cures() {
        return ways().subList(1, ways().size());
    }

    /// Commands by part of the comment: first what one does to see it, then the ways to cure it.
    private List<List<List<String>>> ways() {
        var ways = new ArrayList<List<List<String>>>();
        ways.add(new ArrayList<>());
        text.lines().takeWhile(line -> line.startsWith("#")).forEach(line -> {
            if (line.startsWith("# Cure:") || line.startsWith("# Or:")) {
                ways.add(new ArrayList<>());
            } else if (line.startsWith(COMMAND)) {
                ways.getLast().add(words(line.substring(COMMAND.length())));
            }
        });
        return ways;
    }

    private static List<String> words(String command) {
        var words = new ArrayList<String>();
        for (var word = WORD.matcher(command); word.find(); ) {
            var text = word.group(1);
            if (text.matches("[#;&].*")) {
                break;
            }
            words.add(text.replaceAll("^(['\"])(.*)\\1$", "$2"));
        }
        return words;
    }

    /// The lab with guests in memory instead of namespaces, whose wishes a test sets in the place of the guests.
    String inMemory() {
        int vms = text.indexOf("\nvms:");
        return text.substring(0, vms) + text.substring(vms)
                .replaceAll("host: (\\w+),", "host: $1, kind: memory,")
                .replaceAll("( +)host: (\\w+)\n", "$1host: $2\n$1kind: memory\n");
    }
}
