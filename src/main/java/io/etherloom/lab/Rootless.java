package io.etherloom.lab;

import io.etherloom.linux.Mounts;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Labs without root rights: the lab's process is started in a user namespace, where it is root, and in a mount namespace, where it has a
/// `/run/netns` of its own. It stays in the network namespace of the machine, so that its API and metrics are reached from outside; its
/// threads make the VMs' namespaces.
///
///     user's process ──[command]──▶ unshare -Urm ──▶ lab's process: prepare(), then as with root rights
///
/// A thread there that enters a VM's namespace cannot come back to the machine's, which another user namespace owns: work inside goes
/// through [io.etherloom.linux.Netns#call], whose thread ends inside, and never through `enter`.
public final class Rootless {
    private static final Path RUN = Path.of("/run");
    private static final Path NETNS = RUN.resolve("netns");
    private static final Path TUN = Path.of("/dev/net/tun");

    private static final int MOUNT_REFUSED = 42;
    private static final int TAP_REFUSED = 43;

    private Rootless() {}

    /// Whether this process has neither root rights nor a user namespace of its own, so that a lab must be started by [#command].
    public static boolean isNeeded() {
        var user = UserIds.ofThisProcess();
        return !user.isRoot() && !user.isRootless();
    }

    /// Whether this process is inside a user namespace that [#command] made.
    public static boolean isInside() {
        return UserIds.ofThisProcess().isRootless();
    }

    /// The command that runs another one as root of a new user and mount namespace.
    ///
    /// @throws LabException ENVIRONMENT if the program for it is missing
    public static List<String> command(List<String> inner) {
        var words = new ArrayList<>(List.of(Programs.require("unshare"), "--user", "--map-root-user", "--mount", "--"));
        words.addAll(inner);
        return words;
    }

    /// Gives the lab's process an empty `/run/netns`. Called once inside, before the first namespace is made; nothing of it is seen outside,
    /// and it ends with the process.
    ///
    /// @param state where a folder can be made for a moment
    public static void prepare(StateDirectory state) {
        if (!isInside()) throw new IllegalStateException("only in a user namespace of our own");
        if (Files.isDirectory(NETNS)) {
            Mounts.tmpfs(NETNS);
            return;
        }
        // There is no /run/netns to mount on, and an ordinary user cannot make one: a new /run shows all entries of the old, and this one.
        try {
            var draft = state.prepare().resolve(".run-" + ProcessHandle.current().pid());
            Files.createDirectory(draft);
            Mounts.tmpfs(draft);
            copyRun(draft);
            Files.createDirectory(draft.resolve("netns"));
            Mounts.bind(draft, RUN);
            Mounts.unmount(draft);
            Files.delete(draft);
        } catch (IOException e) {
            throw new LabException(LabException.Kind.ENVIRONMENT, "cannot make a /run with a folder for namespaces: " + e.getMessage(), e);
        }
    }

    private static void copyRun(Path draft) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(RUN)) {
            for (var entry : entries) {
                var copy = draft.resolve(entry.getFileName());
                if (Files.isSymbolicLink(entry)) {
                    Files.createSymbolicLink(copy, Files.readSymbolicLink(entry));
                } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createDirectory(copy);
                    Mounts.bind(entry, copy);
                } else {
                    Files.createFile(copy);
                    Mounts.bind(entry, copy);
                }
            }
        }
    }

    /// What keeps an ordinary user from running labs here, with the cure; null if nothing does. Tried out, in about 30 ms: many settings
    /// of many security modules can forbid it, and none of them says so as clearly as the attempt.
    public static @Nullable String problem() {
        for (var program : List.of("unshare", "nsenter", "ip")) {
            if (Programs.find(program) == null) {
                return "the program " + program + " is missing; install it: sudo apt-get install " + Programs.packageOf(program);
            }
        }
        var script = "mount -t tmpfs tmpfs /run || exit " + MOUNT_REFUSED + "\n"
            + Programs.require("unshare") + " --net " + Programs.require("ip") + " tuntap add mode tap name eth0 || exit " + TAP_REFUSED;
        var attempt = Programs.run(command(List.of("sh", "-c", script)));
        return switch (attempt.status()) {
            case 0 -> null;
            case TAP_REFUSED -> tapProblem(attempt.line());
            case MOUNT_REFUSED -> "a user namespace can be made, but nothing can be mounted in it (" + attempt.line() + "); " + cure();
            default -> "this machine does not let ordinary users make user namespaces (" + attempt.line() + "); " + cure();
        };
    }

    private static String tapProblem(String why) {
        if (!Files.exists(TUN)) return TUN + " does not exist; load the module: sudo modprobe tun";
        if (!Files.isReadable(TUN) || !Files.isWritable(TUN)) {
            return "this user must not open " + TUN + ", which most distributions let everybody open; allow it: sudo chmod 0666 " + TUN;
        }
        return "no TAP can be made in a namespace of this user (" + why + "); run the lab as root: sudo etherloom up …";
    }

    /// Settings are read only to tell which cure fits.
    private static String cure() {
        if (setting("kernel/apparmor_restrict_unprivileged_userns").equals("1")) {
            return "AppArmor forbids it; allow it: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or run the lab as root";
        }
        if (setting("kernel/unprivileged_userns_clone").equals("0")) {
            return "allow it: sudo sysctl kernel.unprivileged_userns_clone=1, or run the lab as root";
        }
        if (setting("user/max_user_namespaces").equals("0")) {
            return "allow it: sudo sysctl user.max_user_namespaces=10000, or run the lab as root";
        }
        return "run the lab as root, and inside a container as a privileged one";
    }

    private static String setting(String name) {
        try {
            return Files.readString(Path.of("/proc/sys", name)).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
