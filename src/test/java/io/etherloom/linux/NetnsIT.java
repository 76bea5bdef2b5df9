package io.etherloom.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetnsIT {
    private final Netns netns = new Netns();

    @BeforeEach
    void needsRoot() {
        Root.require();
    }

    @AfterEach
    void leavesNothingBehind() {
        netns.list(Root.name("")).forEach(netns::delete);
    }

    @Test
    void makesANamespaceThatIpNetnsSees() throws Exception {
        netns.create(Root.name("a"));

        assertThat(netns.exists(Root.name("a"))).isTrue();
        assertThat(netns.inode(Root.name("a"))).isNotEqualTo(Netns.ownInode());
        assertThat(output("ip", "netns", "list")).contains(Root.name("a"));
        assertThat(output("ip", "-n", Root.name("a"), "link")).contains("lo:").doesNotContain("eth0");
    }

    @Test
    void deletesANamespaceAndTheFileOfADeadOne() throws Exception {
        netns.create(Root.name("a"));
        assertThat(netns.delete(Root.name("a"))).isTrue();
        assertThat(netns.delete(Root.name("a"))).isFalse();
        assertThat(netns.exists(Root.name("a"))).isFalse();

        java.nio.file.Files.createFile(java.nio.file.Path.of("/run/netns", Root.name("b")));
        assertThat(netns.delete(Root.name("b"))).isTrue();
    }

    @Test
    void givesANameToANamespaceThatIsThere() {
        netns.create(Root.name("a"));
        var file = java.nio.file.Path.of("/run/netns", Root.name("a"));
        netns.adopt(Root.name("b"), file);
        assertThat(netns.inode(Root.name("b"))).isEqualTo(netns.inode(Root.name("a")));
        assertThat(netns.<Long>call(file.toString(), Netns::ownInode)).as("entered by its path").isEqualTo(netns.inode(Root.name("a")));
        assertThatThrownBy(() -> netns.adopt(Root.name("b"), file)).isInstanceOf(LinuxException.class).hasMessageContaining("has this name");
        assertThatThrownBy(() -> netns.adopt(Root.name("c"), file.resolveSibling("none"))).isInstanceOf(LinuxException.class);
        assertThat(netns.exists(Root.name("c"))).isFalse();
    }

    @Test
    void refusesANameThatExistsAndKeepsIt() {
        netns.create(Root.name("b"));
        long before = netns.inode(Root.name("b"));

        assertThatThrownBy(() -> netns.create(List.of(Root.name("a"), Root.name("b"))))
            .isInstanceOfSatisfying(LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));

        assertThat(netns.inode(Root.name("b"))).isEqualTo(before);
        assertThat(netns.exists(Root.name("a"))).as("made by the failed call").isFalse();
    }

    @Test
    void makesAHundredQuickly() {
        var names = new ArrayList<String>();
        for (int i = 0; i < 100; i++) names.add(Root.name("n" + i));
        long start = System.nanoTime();
        netns.create(names);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);

        assertThat(netns.list(Root.name("n"))).hasSize(100);
        assertThat(names.stream().map(netns::inode).distinct()).hasSize(100);
        assertThat(millis).as("milliseconds for 100").isLessThan(2_000);
    }

    @Test
    void entersAndComesBack() {
        netns.create(Root.name("a"));
        long home = Netns.ownInode();
        try (var _ = netns.enter(Root.name("a"))) {
            assertThat(Netns.ownInode()).isEqualTo(netns.inode(Root.name("a")));
        }
        assertThat(Netns.ownInode()).isEqualTo(home);
    }

    @Test
    void callsInsideAndPassesResultsAndExceptionsOn() {
        netns.create(Root.name("a"));
        assertThat(netns.call(Root.name("a"), Netns::ownInode)).isEqualTo(netns.inode(Root.name("a")));
        assertThatThrownBy(() -> netns.call(Root.name("a"), () -> {
            throw new IOException("from inside");
        })).isInstanceOf(IOException.class).hasMessage("from inside");
        assertThatThrownBy(() -> netns.call(Root.name("none"), Netns::ownInode)).isInstanceOf(LinuxException.class)
            .hasMessageContaining("ENOENT");
    }

    @Test
    void refusesAVirtualThread() throws Exception {
        netns.create(Root.name("a"));
        var thrown = new Throwable[1];
        Thread.startVirtualThread(() -> {
            try {
                netns.enterForGood(Root.name("a"));
            } catch (RuntimeException e) {
                thrown[0] = e;
            }
        }).join();
        assertThat(thrown[0]).isInstanceOf(IllegalStateException.class).hasMessageContaining("virtual thread");
    }

    @Test
    void findsTheProcessesInside() throws Exception {
        netns.create(Root.name("a"));
        assertThat(netns.processes(Root.name("a"))).isEmpty();
        var sleeper = new ProcessBuilder("nsenter", "--net=/run/netns/" + Root.name("a"), "sh", "-c", "echo in; exec sleep 60").start();
        try {
            assertThat(sleeper.inputReader().readLine()).isEqualTo("in");
            assertThat(netns.processes(Root.name("a"))).containsExactly(sleeper.pid());
        } finally {
            sleeper.destroyForcibly().waitFor();
        }
    }

    private static String output(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return text;
    }
}
