package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.linux.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of the lab while VMs move: the next start finishes or undoes the move, as the journal says, and `clean` leaves nothing. `-Dseed=` runs the
/// same moments again.
class KilledMoveIT {
    @TempDir
    private Path folder;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final String lab = LocalLab.name("");
    private Launcher launcher;
    private String file;

    @BeforeEach
    void writeFile() throws Exception {
        Need.root();
        Need.jar();
        launcher = new Launcher(folder);
        file = launcher.topology("", Files.readString(Path.of("topologies/vmotion.yaml")).replaceFirst("\nname: .*", "\nname: LAB")
            + "metrics: { listen: \"127.0.0.1:" + (20_000 + ProcessHandle.current().pid() % 10_000) + "\" }\n");
    }

    @AfterEach
    void end() throws Exception {
        if (launcher != null) {
            launcher.end();
        }
    }

    @Test
    void aMoveThatIsKilledIsFinishedOrUndone() throws Exception {
        kill(1);
    }

    @Test
    @Tag("soak")
    void fiftyTimes() throws Exception {
        kill(50);
    }

    /// A guest of QEMU that is on its way has two processes; both go with their lab, and it starts anew where the journal says.
    @Test
    void aGuestThatIsCarriedGoesWithItsLab() throws Exception {
        Need.qemu();
        file = launcher.topology("", Files.readString(Path.of("topologies/vmotion-qemu.yaml")).replaceFirst("\nname: .*", "\nname: LAB"));
        launcher.good("up", file, "--detach");
        assertThat(launcher.good("exec", "web1", "--", "hostname")).isEqualTo("web1\n");
        var journal = launcher.state().resolve(lab).resolve("moves");
        try (var move = launcher.start("vmotion", "web1", "--to", "esx2")) {
            Await.until("it has stopped", () -> Files.exists(journal) && lastLine(journal).contains("\"attach\""));
            LockSupport.parkNanos(random.nextLong(100_000_000));
            Processes.kill(launcher.pid(lab), Processes.SIGKILL);
            move.await();
        }
        var last = lastLine(journal);
        var next = launcher.run("up", file, "--detach");
        assertThat(next.status()).as("seed " + seed + ": " + next.all()).isZero();
        assertThat(host()).as("seed " + seed + ": " + last).isEqualTo(last.contains("\"back\"") ? "esx1" : "esx2");
        assertThat(launcher.good("exec", "web1", "--", "hostname")).isEqualTo("web1\n");
        assertThat(launcher.run("exec", "client", "--", "ping", "-c", "3", "-i", "0.2", "-W", "5", "10.0.10.11").out()).contains("bytes from");
        assertThat(Traces.processes(lab, launcher.state()).stream().filter(KilledMoveIT::isGuest)).as("guests").hasSize(1);
    }

    private static boolean isGuest(long pid) {
        return ProcessHandle.of(pid).flatMap(process -> process.info().command()).orElse("").contains("qemu-system");
    }

    private void kill(int times) throws Exception {
        int finished = 0;
        int undone = 0;
        for (int i = 0; i < times; i++) {
            launcher.run("up", file, "--detach");
            var from = host();
            var to = from.equals("esx1") ? "esx2" : "esx1";
            long pid = launcher.pid(lab);
            var journal = launcher.state().resolve(lab).resolve("moves");
            long known = Files.exists(journal) ? Files.size(journal) : 0;
            try (var move = launcher.start("vmotion", "web1", "--to", to, "--stun", "20ms")) {
                Await.until("it has begun", () -> Files.exists(journal) && Files.size(journal) > known || !move.isAlive());
                LockSupport.parkNanos(random.nextLong(35_000_000));
                Processes.kill(pid, Processes.SIGKILL);
                move.await();
            }
            var last = lastLine(journal);
            var next = launcher.run("up", file, "--detach");
            assertThat(next.status()).as("seed " + seed + ": " + next.all()).isZero();
            var is = host();
            assertThat(is).as("seed " + seed).isIn(from, to);
            assertThat(is).as("seed " + seed + ": as the journal says: " + last).isEqualTo(last.contains("\"prepare\"") ? from : to);
            var move = "web1 was being moved from " + from + " to " + to + " when the lab was killed; that is ";
            var expected = last.contains("\"prepare\"") ? move + "undone, and it starts on " + from
                : last.contains("\"attach\"") ? move + "finished, and it starts on " + to
                : to.equals("esx1") ? "" : "web1 starts on esx2, where it was before the lab was killed";      // esx1 is what the file says.
            assertThat(next.all()).as("seed " + seed).contains(expected);
            boolean wasDecided = is.equals(to);
            finished += wasDecided ? 1 : 0;
            undone += wasDecided ? 0 : 1;
            assertThat(launcher.run("exec", "client", "--", "ping", "-c", "3", "-i", "0.2", "-W", "5", "10.0.10.11").out()).contains("bytes from");
            Processes.kill(launcher.pid(lab), Processes.SIGKILL);
        }
        System.out.printf("kill -9 during %d moves: %d finished, %d undone (seed %d)%n", times, finished, undone, seed);
        assertThat(launcher.run("clean").status()).isZero();
        Traces.assertNone(lab, launcher.state());
        try (var left = Files.list(launcher.state())) {
            assertThat(left.map(path -> path.getFileName().toString()).filter(name -> name.startsWith(lab))).isEmpty();
        }
        launcher.good("up", file, "--detach");
        assertThat(host()).as("clean forgets").isEqualTo("esx1");
    }

    /// Of the journal of the lab that was killed, which only its folder has as long as nobody has swept it.
    private static String lastLine(Path journal) throws Exception {
        return Files.readAllLines(journal).getLast();
    }

    private String host() throws Exception {
        return launcher.shown("vms", "name", "web1").path("host").asString();
    }
}
