package io.etherloom.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A folder that looks to `etherloom` and `build` like a checkout on a machine which has only what a test gives it:
/// copies of the two scripts, an own `PATH`, JDKs and a Maven that are small shell scripts.
final class ScriptBench {
    /// What a command printed and how it ended.
    record Outcome(int status, String out, String err) {
        String lastLine() {
            var lines = out.stripTrailing().lines().toList();
            return lines.isEmpty() ? "" : lines.getLast();
        }
    }

    /// The tools that the scripts may take for granted on Debian and Ubuntu.
    private static final List<String> TOOLS = List.of("awk", "bash", "cat", "chown", "cut", "date", "dirname", "env",
        "find", "flock", "getent", "grep", "id", "mkdir", "mv", "readlink", "rm", "sh", "sort", "stat", "tee",
        "timeout", "touch", "tr");

    private final Path root;
    private final Map<String, String> environment = new HashMap<>();

    ScriptBench(Path root) throws IOException {
        this.root = root;
        for (var folder : List.of("bin", "jvm", "home", "checkout/src/main", "system")) {
            Files.createDirectories(root.resolve(folder));
        }
        for (var script : List.of("etherloom", "build")) {
            executable("checkout/" + script, Files.readString(Path.of(script)));
        }
        Files.writeString(checkout().resolve("pom.xml"), "<project/>");
        for (var tool : TOOLS) {
            Files.createSymbolicLink(root.resolve("bin").resolve(tool), find(tool));
        }
        environment.putAll(Map.of("PATH", root.resolve("bin").toString(), "HOME", root.resolve("home").toString(),
            "ETHERLOOM_JVM_FOLDERS", root.resolve("jvm").toString(),
            "ETHERLOOM_SYSTEM_ROOT", root.resolve("system").toString()));
    }

    private static Path find(String tool) {
        for (var folder : List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin")) {
            var path = Path.of(folder, tool);
            if (Files.isExecutable(path)) return path;
        }
        throw new IllegalStateException("this machine has no " + tool);
    }

    Path checkout() {
        return root.resolve("checkout");
    }

    Path target() {
        return checkout().resolve("target");
    }

    void set(String variable, String value) {
        environment.put(variable, value);
    }

    /// A JDK whose `java` prints its arguments, one a line.
    Path jdk(String name, String version) throws IOException {
        executable("jvm/" + name + "/bin/javac", "#!/bin/sh\n");
        executable("jvm/" + name + "/bin/java", "#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\"\n");
        Files.writeString(root.resolve("jvm/" + name + "/release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return root.resolve("jvm/" + name);
    }

    /// A command in the `PATH`, as the body of a shell script.
    void command(String name, String body) throws IOException {
        executable("bin/" + name, "#!/bin/sh\n" + body + "\n");
    }

    /// The system packages that a lab needs, as the files by which they are known.
    void systemPackages() throws IOException {
        Files.createDirectories(root.resolve("system/usr/lib"));
        Files.createDirectories(root.resolve("system/usr/sbin"));
        Files.writeString(root.resolve("system/usr/lib/libpcap.so.0.8"), "");
        Files.writeString(root.resolve("system/usr/sbin/ip"), "");
    }

    /// Leaves the checkout as a finished build does.
    void built() throws IOException {
        Files.createDirectories(target());
        Files.writeString(target().resolve("etherloom.jar"), "");
        Files.writeString(target().resolve(".built"), "");
    }

    /// Runs one of the two scripts with exactly the bench's environment.
    Outcome run(String... words) throws IOException, InterruptedException {
        var out = root.resolve("out");
        var err = root.resolve("err");
        var command = new ArrayList<>(List.of(words));
        command.set(0, checkout().resolve(words[0]).toString());
        var builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        var process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " did not end within 60 s");
        }
        return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private void executable(String path, String text) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
