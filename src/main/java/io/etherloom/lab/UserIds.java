package io.etherloom.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Who runs this process, seen from inside its user namespace and from outside (user_namespaces(7)).
///
/// @param inside     user id as this process sees it
/// @param outside    user id in the parent user namespace; the same when there is none
/// @param isRootless whether this process is root of a user namespace that holds this one user only, as `unshare -r` makes it
record UserIds(long inside, long outside, boolean isRootless) {
    /// Read anew on each call; cheap.
    static UserIds ofThisProcess() {
        try {
            long inside = ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
            return of(inside, Files.readString(Path.of("/proc/self/uid_map")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read /proc/self", e);
        }
    }

    /// @param map lines of `first inside, first outside, count`. Root of a container has many ids and counts as root; a map of the single id 0
    ///            can only come from one ordinary user.
    static UserIds of(long inside, String map) {
        var fields = map.strip().split("\\s+");
        boolean isSingle = fields.length == 3 && fields[2].equals("1");
        if (!isSingle || Long.parseLong(fields[0]) != inside) return new UserIds(inside, inside, false);
        return new UserIds(inside, Long.parseLong(fields[1]), inside == 0);
    }

    /// Whether this process has the machine's (or its container's) root rights.
    boolean isRoot() {
        return inside == 0 && !isRootless;
    }
}
