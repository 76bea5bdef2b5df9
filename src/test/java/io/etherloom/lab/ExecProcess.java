package io.etherloom.lab;

import io.etherloom.linux.Processes;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// A client that becomes a command inside a VM, as `etherloom exec` does.
final class ExecProcess {
    private ExecProcess() {}

    /// @param arguments folder of the state, lab, VM, command
    public static void main(String[] arguments) {
        var lab = new LabRegistry(StateDirectory.at(Path.of(arguments[0]))).lab(arguments[1]);
        var plan = ExecPlan.of(lab, lab.namespace(arguments[2]), Arrays.asList(arguments).subList(3, arguments.length));
        Processes.become(plan.command(), plan.environment());
    }

    /// The command that starts one.
    static List<String> command(String classPath, Path state, String lab, String vm, String... inner) {
        var words = new java.util.ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED", "-cp", classPath, ExecProcess.class.getName(), state.toString(), lab, vm));
        words.addAll(List.of(inner));
        return words;
    }

    static String shellQuoted(List<String> words) {
        return String.join(" ", words.stream().map(word -> "'" + word.replace("'", "'\\''") + "'").toList());
    }
}
