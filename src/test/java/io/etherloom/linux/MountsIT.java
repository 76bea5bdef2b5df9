package io.etherloom.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountsIT {
    @TempDir
    private Path folder;

    @BeforeEach
    void needsRoot() {
        Root.require();
    }

    @Test
    void mountsInAMountNamespaceOfItsOwn() throws Exception {
        var a = Files.createDirectory(folder.resolve("a"));
        var b = Files.createDirectory(folder.resolve("b"));
        inItsOwnMounts(() -> {
            Mounts.tmpfs(a);
            Files.writeString(a.resolve("file"), "inside");
            Mounts.bind(a, b);
            assertThat(b.resolve("file")).hasContent("inside");
            Mounts.unmount(b);
            assertThat(b).isEmptyDirectory();
        });
        assertThat(a).as("seen from outside").isEmptyDirectory();
    }

    @Test
    void namesNamespacesInAnyFolder() throws Exception {
        var names = folder.resolve("netns");
        inItsOwnMounts(() -> {
            var netns = new Netns(names);
            netns.create("web1");
            assertThat(netns.list("")).containsExactly("web1");
            assertThat(netns.call("web1", Netns::ownInode)).isEqualTo(netns.inode("web1"));
            netns.delete("web1");
            Mounts.unmount(names);
        });
        assertThat(new Netns(folder.resolve("none")).list("")).isEmpty();
    }

    @Test
    void saysWhatFailed() {
        assertThatThrownBy(() -> Mounts.unmount(folder)).hasMessageContaining("umount " + folder).hasMessageContaining("EINVAL");
        assertThatThrownBy(() -> Mounts.makeShared(folder)).hasMessageContaining("EINVAL");
        assertThatThrownBy(() -> Mounts.mount("nosuchfs", folder)).isInstanceOf(LinuxException.class);
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void inItsOwnMounts(Work work) throws Exception {
        var failure = new Throwable[1];
        Thread.ofPlatform().start(() -> {
            try {
                Mounts.unshare();
                Mounts.makePrivate(Path.of("/"));
                work.run();
            } catch (Throwable e) {
                failure[0] = e;
            }
        }).join();
        if (failure[0] != null) throw new AssertionError("inside", failure[0]);
    }
}
