package io.etherloom.cli;

import io.etherloom.lab.LabRegistry;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Everything outside that a verb may touch, so that a test can give it another one.
///
/// @param out         data and tables
/// @param err         what is wrong, and nothing on success
/// @param environment variables of the process
/// @param version     of this client
/// @param registry    opened by the verbs that need it
/// @param machine     what is done to this machine
record World(PrintStream out, PrintStream err, InputStream in, Map<String, String> environment, Version version,
             Supplier<LabRegistry> registry, Machine machine) {
    /// The variable that names the lab when no option does.
    static final String LAB_VARIABLE = "ETHERLOOM_LAB";

    /// Says something that is neither data nor a fault of this verb.
    void note(String sentence) {
        err.println("etherloom: " + sentence);
    }

    /// The registry, rid of what killed labs have left.
    LabRegistry sweptRegistry() {
        var labs = registry.get();
        labs.sweep(this::note);
        return labs;
    }

    /// How the user called Etherloom, for commands that are meant to be copied: `./etherloom`.
    static String typedCommand() {
        return System.getProperty("etherloom.command", "etherloom");
    }

    /// How Etherloom is called again from itself: the launcher's path, or the JVM of this process when there was no launcher.
    static List<String> ownCommand() {
        @Nullable String launcher = System.getProperty("etherloom.command");
        if (launcher != null) {
            return List.of(launcher);
        }
        var java = ProcessHandle.current().info().command().orElse("java");
        return List.of(java, "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
            "-cp", System.getProperty("java.class.path"), Main.class.getName());
    }
}
