package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A state directory without room, which is a tmpfs of few pages here.
class FullDiskIT {
    @TempDir
    private Path folder;

    private final String lab = LocalLab.name("");
    private Launcher launcher;
    private String file;

    @BeforeEach
    void needsRoot() throws Exception {
        Need.root();
        Need.jar();
        Need.programs("mount", "umount");
        launcher = new Launcher(folder);
        file = launcher.topology("", """
            name: LAB
            hosts:
              esx1: { vSwitches: { vSwitch0: { portGroups: { Ten: { vlan: 10 } } } } }
            vms:
              web1: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.1/24 } ], run: [ "sleep 1000" ] }
            """);
        Files.createDirectory(launcher.state());
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (launcher == null) return;
        launcher.end();
        Command.run("umount", launcher.state().toString());
    }

    /// With no page for the record, then with one more each time: the lab either runs, or says why not and is gone.
    @Test
    void saysThatTheDiskIsFullAndLeavesNothing() throws Exception {
        boolean hasFailed = false;
        for (int pages = 1; pages <= 4; pages++) {
            mount(pages);
            var outcome = launcher.run("up", file, "--detach");
            if (outcome.status() != 0) {
                hasFailed = true;
                assertThat(outcome.status()).as(outcome.all()).isEqualTo(4);
                assertThat(outcome.err()).contains("No space left on device").doesNotContain("\tat ");
            } else {
                launcher.good("down");
            }
            Traces.assertNone(lab, launcher.state());
            assertThat(Command.run("umount", launcher.state().toString()).status()).isZero();
        }
        assertThat(hasFailed).isTrue();
    }

    /// A move that cannot be written down does not begin; and one is made as soon as there is room.
    @Test
    void nothingMovesThatCannotBeWrittenDown() throws Exception {
        mount(100);
        launcher.good("up", launcher.topology("m", Files.readString(Path.of("topologies/vmotion.yaml")).replaceFirst("\nname: .*", "\nname: LAB")), "--detach");
        var filler = launcher.state().resolve("filler");
        assertThat(Command.run("dd", "if=/dev/zero", "of=" + filler, "bs=4096").err()).contains("No space left on device");
        var outcome = launcher.run("vmotion", "web1", "--to", "esx2");
        assertThat(outcome.status()).as(outcome.all()).isNotZero();
        assertThat(outcome.err()).contains("the journal of moves " + launcher.state().resolve(LocalLab.name("m")).resolve("moves") + " cannot be written: No space left on device");
        assertThat(launcher.shown("vms", "name", "web1").path("host").asString()).isEqualTo("esx1");
        assertThat(launcher.run("exec", "client", "--", "ping", "-c", "1", "-W", "5", "10.0.10.11").status()).isZero();
        Files.delete(filler);
        launcher.good("vmotion", "web1", "--to", "esx2");
        assertThat(launcher.shown("vms", "name", "web1").path("host").asString()).isEqualTo("esx2");
        launcher.good("down");
    }

    private void mount(int pages) throws Exception {
        assertThat(Command.run("mount", "-t", "tmpfs", "-o", "mode=700,size=" + pages * 4 + "k", "tmpfs", launcher.state().toString()).status()).isZero();
        // One page is taken, so that the first case has none.
        Files.write(launcher.state().resolve("filler"), new byte[4_096]);
    }
}
