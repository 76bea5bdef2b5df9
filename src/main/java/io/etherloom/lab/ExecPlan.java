package io.etherloom.lab;

import io.etherloom.container.Engine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How a client becomes a command inside a VM of a running lab. It replaces its own program
/// ([io.etherloom.linux.Processes#become]), so terminal, signals and exit status are the command's.
///
/// With root rights `ip netns exec` does all, and in a container the engine. A lab in a user namespace is entered first; there the client is root of that namespace, sees
/// the lab's `/run/netns` and `/etc/hosts`, and goes on as root would.
///
/// @param command     program and arguments
/// @param environment all variables of the program
public record ExecPlan(List<String> command, Map<String, String> environment) {
    /// Entering another mount namespace moves a process to `/`. Back to where the user stands, if that exists there.
    private static final String GO_BACK = "cd \"$0\" 2>/dev/null; exec \"$@\"";

    public ExecPlan {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /// @param namespace such as `el-quickstart-web1`, from `show vms`
    /// @param command   program, sought in `PATH`, and its arguments
    /// @throws LabException ENVIRONMENT if the programs that this needs are missing
    public static ExecPlan of(LabRecord lab, String namespace, List<String> command) {
        return of(lab, namespace, command, System.getenv(), Path.of("").toAbsolutePath());
    }

    /// The same for a VM that is a container.
    ///
    /// @param container  such as `el-quickstart-web1`
    /// @param isTerminal whether the command shall have one, as the user does
    public static ExecPlan ofContainer(LabRecord lab, String container, List<String> command, boolean isTerminal) {
        var words = new ArrayList<>(List.of("exec", "--interactive", "--env", LabRecord.MARK + "=" + lab.mark()));
        if (isTerminal) {
            words.add("--tty");
        }
        words.add(container);
        words.addAll(command);
        var all = Engine.of(lab.engine()).command(words);
        var whole = new ArrayList<>(List.of(Programs.require(all.getFirst())));
        whole.addAll(all.subList(1, all.size()));
        return new ExecPlan(whole, System.getenv());
    }

    static ExecPlan of(LabRecord lab, String namespace, List<String> command, Map<String, String> environment, Path directory) {
        var words = new ArrayList<String>();
        if (lab.rootless()) {
            words.addAll(List.of(Programs.require("nsenter"), "-t", Long.toString(lab.pid()), "-U", "-m", "--preserve-credentials"));
            words.addAll(List.of("sh", "-c", GO_BACK, directory.toString()));
        }
        words.addAll(List.of(Programs.require("ip"), "netns", "exec", namespace));
        words.addAll(command);
        var variables = new HashMap<>(environment);
        variables.put(LabRecord.MARK, lab.mark());
        return new ExecPlan(words, variables);
    }
}
