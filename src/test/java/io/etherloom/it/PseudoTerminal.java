package io.etherloom.it;

import io.etherloom.linux.Processes;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A program on a terminal of its own, made by script(1), with an emulator that shows what it has drawn. The settings of the terminal before
/// and after the program are kept, and its exit status. Closing kills what still runs.
final class PseudoTerminal implements AutoCloseable {
    private final Path folder;
    private final Process process;
    private final ScreenEmulator screen;
    private final StringBuilder raw = new StringBuilder();
    private volatile Throwable fault;

    private PseudoTerminal(Path folder, Process process, ScreenEmulator screen) {
        this.folder = folder;
        this.process = process;
        this.screen = screen;
        Thread.ofPlatform().daemon().name("terminal").start(this::read);
    }

    /// Starts a program.
    ///
    /// @param folder a new one, for what is noted of it
    static PseudoTerminal start(Path folder, int columns, int rows, Map<String, String> environment, String... command) throws IOException {
        Files.createDirectories(folder);
        var words = Stream.of(command).map(word -> "'" + word.replace("'", "'\\''") + "'").collect(Collectors.joining(" "));
        var steps = Files.writeString(folder.resolve("run.sh"), """
            cd %s
            stty rows %d cols %d
            tty >tty
            stty -g >before
            (cd %s; sh -c 'echo $$ >"$0"; exec "$@"' %s/pid %s)
            echo $? >status.new
            stty -g >after
            mv status.new status
            """.formatted(folder, rows, columns, Path.of("").toAbsolutePath(), folder, words));
        var builder = new ProcessBuilder("script", "-q", "-f", "-c", "sh " + steps, "/dev/null").redirectErrorStream(true);
        builder.environment().put("TERM", "xterm-256color");
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().remove("NO_COLOR");
        builder.environment().remove("ETHERLOOM_LAB");
        builder.environment().putAll(environment);
        return new PseudoTerminal(folder, builder.start(), new ScreenEmulator(columns, rows));
    }

    private void read() {
        try (var in = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            var buffer = new char[4096];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                var text = new String(buffer, 0, count);
                synchronized (raw) {
                    raw.append(text);
                }
                screen.write(text);
            }
        } catch (IOException | RuntimeException | AssertionError thrown) {
            fault = thrown;
        }
    }

    ScreenEmulator screen() {
        if (fault != null) throw new AssertionError("the screen cannot be read", fault);
        return screen;
    }

    String text() {
        return String.join("\n", screen().lines());
    }

    /// All that was written.
    String raw() {
        synchronized (raw) {
            return raw.toString();
        }
    }

    /// Types.
    PseudoTerminal type(String keys) throws IOException {
        process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return this;
    }

    /// Waits until the screen holds a match of this.
    PseudoTerminal await(String pattern) throws Exception {
        var wanted = java.util.regex.Pattern.compile(pattern);
        try {
            Await.until("the screen shows " + pattern, () -> wanted.matcher(text()).find());
        } catch (AssertionError late) {
            throw new AssertionError(late.getMessage() + ", but\n" + text(), late);
        }
        return this;
    }

    void resize(int columns, int rows) throws Exception {
        screen.resize(columns, rows);
        var tty = Files.readString(folder.resolve("tty")).strip();
        Command.run("stty", "-F", tty, "rows", "" + rows, "cols", "" + columns);
    }

    void signal(int number) throws Exception {
        Processes.kill(Long.parseLong(Files.readString(folder.resolve("pid")).strip()), number);
    }

    /// Waits for the end of the program and gives its exit status.
    int status() throws Exception {
        Await.until("the program on the terminal ends; it shows\n" + text(), () -> Files.exists(folder.resolve("status")));
        process.waitFor(30, TimeUnit.SECONDS);
        return Integer.parseInt(Files.readString(folder.resolve("status")).strip());
    }

    String settingsBefore() throws IOException {
        return Files.readString(folder.resolve("before"));
    }

    String settingsAfter() throws IOException {
        return Files.readString(folder.resolve("after"));
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
