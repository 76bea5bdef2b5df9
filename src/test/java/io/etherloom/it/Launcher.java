package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `./etherloom` of the jar that was just built, as a user calls it, but for a state directory of the test's own. Names of labs as in
/// [LocalLab]. One thread.
final class Launcher {
    private final Path folder;
    private final Path state;
    private final Path home;
    private final List<String> prefix;
    private final List<Command> started = new ArrayList<>();
    private final List<Command> programs = new ArrayList<>();
    private final Map<String, String> variables = new HashMap<>();
    private String options = "";
    private final Set<String> labs = new LinkedHashSet<>();

    /// @param folder of the test, for files
    Launcher(Path folder) {
        this(folder, folder.resolve("state"), Path.of("").toAbsolutePath());
    }

    /// @param home   checkout whose `etherloom` is called
    /// @param prefix words before the command, which make its surroundings; none for those of the test
    Launcher(Path folder, Path state, Path home, String... prefix) {
        this.folder = folder;
        this.state = state;
        this.home = home;
        this.prefix = List.of(prefix);
    }

    /// A variable for all that is started from now on.
    void environment(String name, String value) {
        variables.put(name, value);
    }

    /// Options of the JVM for all that is started from now on; `%p` in a path is the process.
    void javaOptions(String options) {
        this.options = " " + options;
    }

    Path state() {
        return state;
    }

    /// Writes a topology whose lab is called [LocalLab#name]; `LAB` in its text stands for that.
    ///
    /// @return path of the file
    String topology(String letter, String text) throws Exception {
        var name = LocalLab.name(letter);
        var file = folder.resolve(name + ".yaml");
        Files.writeString(file, text.replace("LAB", name));
        labs.add(name);
        return file.toString();
    }

    Command.Outcome run(String... arguments) throws Exception {
        try (var command = start(arguments)) {
            return command.await();
        }
    }

    /// As [#run], for what has to succeed without a word on stderr.
    String good(String... arguments) throws Exception {
        var outcome = run(arguments);
        assertThat(outcome.status()).as(String.join(" ", arguments) + ": " + outcome.all()).isZero();
        assertThat(outcome.err()).as("stderr of " + String.join(" ", arguments)).isEmpty();
        return outcome.out();
    }

    /// Starts a verb; [#end] kills it if it still runs then.
    Command start(String... arguments) {
        var words = new ArrayList<>(prefix);
        words.add(home.resolve("etherloom").toString());
        words.addAll(List.of(arguments));
        var command = Command.start(words, environment());
        started.add(command);
        return command;
    }

    /// The objects that `show WHAT` prints as JSON.
    List<JsonNode> shown(String what) throws Exception {
        var rows = JsonMapper.shared().readTree(good("show", what, "--output", "json"));
        return StreamSupport.stream(rows.spliterator(), false).toList();
    }

    /// The one of them whose key has this value.
    JsonNode shown(String what, String key, String value) throws Exception {
        return shown(what).stream().filter(row -> row.path(key).asString("").equals(value)).findFirst()
            .orElseThrow(() -> new AssertionError("show " + what + " has no " + key + " " + value));
    }

    /// Starts a command in the namespace of a VM, router, machine or host of the lab with the empty letter. Killed by [#end].
    Command inside(String vm, String... command) {
        var words = new ArrayList<>(List.of("ip", "netns", "exec", namespace(vm)));
        words.addAll(List.of(command));
        var inside = Command.start(words);
        programs.add(inside);
        return inside;
    }

    static String namespace(String vm) {
        return "el-" + LocalLab.name("") + "-" + vm;
    }

    /// What a command that is called by other means needs in its environment.
    Map<String, String> environment() {
        var environment = new HashMap<>(variables);
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("ETHERLOOM_BUILD", "never");
        environment.put("ETHERLOOM_JAVA_OPTIONS", "-Detherloom.state=" + state + options);
        return environment;
    }

    /// Process of a lab, from its record; -1 if there is none yet.
    long pid(String lab) throws Exception {
        var record = state.resolve(lab).resolve("lab.json");
        if (!Files.exists(record)) return -1;
        try {
            return Long.parseLong(Files.readString(record).replaceAll("(?s).*\"pid\":(\\d+).*", "$1"));
        } catch (java.nio.file.NoSuchFileException | NumberFormatException e) {
            return -1;
        }
    }

    /// Ends labs that still run and asserts that nothing of any of them remains.
    void end() throws Exception {
        for (var program : programs) program.close();
        for (var lab : labs) {
            if (Files.exists(state.resolve(lab))) run("down", lab);
        }
        for (var command : started) command.close();
        for (var lab : labs) Traces.assertNone(lab, state);
        Await.until("no process with the state directory " + state, () -> Traces.processes(state).isEmpty());
    }
}
