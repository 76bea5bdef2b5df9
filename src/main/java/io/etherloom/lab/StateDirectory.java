package io.etherloom.lab;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/// The folder in which a user's labs are on record: `/run/etherloom` for root, `/tmp/etherloom-UID` for others, whatever the system
/// property [#PROPERTY] says for tests. One folder per lab:
///
///     /run/etherloom/
///       .lock                 held while a lab is claimed or swept
///       docker-plugin-NAME.json    networks and endpoints of Docker that the plugin serves, if any
///       quickstart/
///         lab.json            the LabRecord
///         alive               locked by the lab process for as long as it lives
///         api.sock            HTTP over a unix socket
///         lab.log             what the lab process says
///         hosts               names and addresses of the lab, seen as /etc/hosts inside its VMs
///         run/web1.log        output of the commands that the topology runs inside web1
///
/// A lab that runs in a user namespace of its own finds the folder of the user who started it. Any thread.
public final class StateDirectory {
    /// System property that overrides the place.
    public static final String PROPERTY = "etherloom.state";

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private final Path root;

    private StateDirectory(Path root) {
        this.root = root;
    }

    /// The folder of the user who runs this process; it need not exist yet.
    public static StateDirectory ofThisUser() {
        var override = System.getProperty(PROPERTY);
        if (override != null && !override.isEmpty()) return at(Path.of(override));
        var user = UserIds.ofThisProcess();
        return at(user.isRoot() ? Path.of("/run/etherloom") : Path.of("/tmp/etherloom-" + user.outside()));
    }

    /// The folder at a given place.
    public static StateDirectory at(Path root) {
        return new StateDirectory(root.toAbsolutePath().normalize());
    }

    /// Where it is.
    public Path root() {
        return root;
    }

    /// The folder of one lab.
    public Path lab(String name) {
        return root.resolve(requireName(name));
    }

    /// Makes the folder with mode 0700, or checks that the one that is there is ours alone: `/tmp` is open to all, and who owns this
    /// folder decides which processes are killed by a sweep.
    ///
    /// @throws LabException ENVIRONMENT if it cannot be made or is not safe to use
    public Path prepare() {
        try {
            if (root.getParent() != null) Files.createDirectories(root.getParent());
            Files.createDirectory(root, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileAlreadyExistsException e) {
            requireOwn();
        } catch (IOException e) {
            throw new LabException(LabException.Kind.ENVIRONMENT, "cannot make the folder " + root + " for the records of labs: " + e.getMessage(), e);
        }
        return root;
    }

    /// As [#prepare] when the folder exists.
    ///
    /// @return false if there is none, so that there is no lab either
    boolean isThere() {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) return false;
        requireOwn();
        return true;
    }

    private void requireOwn() {
        try {
            var attributes = Files.readAttributes(root, "unix:isDirectory,uid,permissions", LinkOption.NOFOLLOW_LINKS);
            var permissions = EnumSet.noneOf(PosixFilePermission.class);
            for (var permission : (Set<?>) attributes.get("permissions")) permissions.add((PosixFilePermission) permission);
            boolean isOurs = (Boolean) attributes.get("isDirectory")
                && ((Number) attributes.get("uid")).longValue() == UserIds.ofThisProcess().inside()
                && !permissions.contains(PosixFilePermission.GROUP_WRITE)
                && !permissions.contains(PosixFilePermission.OTHERS_WRITE);
            if (isOurs) return;
        } catch (IOException e) {
            throw new LabException(LabException.Kind.ENVIRONMENT, "cannot look at " + root + ": " + e.getMessage(), e);
        }
        throw new LabException(LabException.Kind.ENVIRONMENT, root + " is not a folder that only you can write to, so what it says about labs"
            + " cannot be trusted; remove it");
    }

    /// A lab's name is part of paths and of namespace names.
    static String requireName(String name) {
        if (!isName(name)) {
            throw new LabException(LabException.Kind.INVALID, "\"" + name + "\" cannot name a lab: up to 63 letters, digits, '.', '_' and '-' are"
                + " allowed, the first a letter or digit");
        }
        return name;
    }

    static boolean isName(String name) {
        return name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    }
}
