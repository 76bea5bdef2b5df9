package io.etherloom.lab;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/// `/etc/netns`: `ip netns exec NAME` shows a program the files of `/etc/netns/NAME` in place of those of `/etc` (ip-netns(8)). Each
/// namespace of a lab gets a folder with one link, `hosts`, to the lab's own file; a folder or file that is not such a link is never
/// touched. `/etc/netns` itself goes with the last lab when it was made by the first. Any thread.
final class HostsFolder {
    private final Path folder;
    private final Path root;
    private final Path marker;

    HostsFolder(Path folder, StateDirectory state) {
        this.folder = folder;
        this.root = state.root();
        this.marker = root.resolve(".made-etc-netns");
    }

    /// Programs started in the namespace from now on see the file.
    void link(String namespace, Path hosts) throws IOException {
        if (!Files.exists(folder)) {
            Files.writeString(marker, folder + "\n");
            Files.createDirectories(folder);
        }
        var own = folder.resolve(namespace);
        Files.createDirectories(own);
        try {
            Files.createSymbolicLink(own.resolve("hosts"), hosts);
        } catch (FileAlreadyExistsException e) {
            if (!isOurs(own.resolve("hosts"))) throw e;
            Files.delete(own.resolve("hosts"));
            Files.createSymbolicLink(own.resolve("hosts"), hosts);
        }
    }

    /// Undoes [#link], also where it was interrupted half way.
    void unlink(String namespace) throws IOException {
        var own = folder.resolve(namespace);
        if (isOurs(own.resolve("hosts"))) Files.deleteIfExists(own.resolve("hosts"));
        deleteIfEmpty(own);
    }

    /// Removes `/etc/netns` if it was made by us and nothing is in it.
    void tidy() throws IOException {
        if (Files.exists(marker)) {
            deleteIfEmpty(folder);
            if (!Files.exists(folder)) Files.deleteIfExists(marker);
        }
    }

    private boolean isOurs(Path link) throws IOException {
        return Files.isSymbolicLink(link) && Files.readSymbolicLink(link).startsWith(root);
    }

    private static void deleteIfEmpty(Path directory) throws IOException {
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException | NoSuchFileException | NotDirectoryException _) {
            // Somebody else's files are in it.
        }
    }
}
