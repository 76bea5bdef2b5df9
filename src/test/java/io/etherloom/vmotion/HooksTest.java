package io.etherloom.vmotion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.lab.LabException;
import io.etherloom.topology.Hook;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Hooks that are Java services and programs; those over HTTP are tried in a lab.
class HooksTest {
    private static final List<VMotionHook.Call> CALLS = new ArrayList<>();
    private static String vetoes = "";

    @TempDir
    private Path folder;

    /// Found by `ServiceLoader` where a test says so.
    public static final class Service implements VMotionHook {
        @Override
        public void phase(Call call) throws Exception {
            CALLS.add(call);
            if (call.phase().equals(vetoes)) {
                throw new Veto("the board has not met");
            }
            if (vetoes.equals("crash")) {
                throw new IllegalStateException("boom");
            }
            if (vetoes.equals("sleep")) {
                Thread.sleep(60_000);
            }
        }
    }

    private static VMotionHook.Call call(Instant deadline) {
        return new VMotionHook.Call("prepare", 7, "lab", "web1", "esx1", "esx2", List.of(), deadline);
    }

    private Hooks withService() throws Exception {
        var services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(VMotionHook.class.getName()), Service.class.getName());
        var thread = Thread.currentThread();
        var before = thread.getContextClassLoader();
        try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            return new Hooks(List.of(), folder.resolve("lab.yaml"));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private Hooks program(String command) {
        return new Hooks(List.of(new Hook.Program(command, new Hook.Scope(null, null, Duration.ofSeconds(5)))), folder.resolve("lab.yaml"));
    }

    private static void prepare(Hooks hooks, long millis) {
        hooks.call("prepare", HooksTest::call, Duration.ofMillis(millis));
    }

    @Test
    void servicesAreAskedAndMayVeto() throws Exception {
        CALLS.clear();
        vetoes = "";
        var hooks = withService();
        assertThat(hooks.isEmpty()).isFalse();
        prepare(hooks, 5_000);
        assertThat(CALLS).singleElement().satisfies(call -> {
            assertThat(call.vm()).isEqualTo("web1");
            assertThat(call.deadline()).isAfter(Instant.now().minusSeconds(1)).isBefore(Instant.now().plusSeconds(6));
        });
        vetoes = "prepare";
        assertThatThrownBy(() -> prepare(hooks, 5_000)).isInstanceOf(LabException.class)
            .hasMessage("the hook " + Service.class.getName() + " in prepare wants no move: the board has not met");
        vetoes = "crash";
        assertThatThrownBy(() -> prepare(hooks, 5_000)).hasMessageContaining("in prepare failed: java.lang.IllegalStateException: boom");
        vetoes = "sleep";
        assertThatThrownBy(() -> prepare(hooks, 50)).hasMessageContaining("in prepare did not answer within");
        vetoes = "rollback";
        assertThat(hooks.tell("rollback", deadline -> new VMotionHook.Call("rollback", 7, "lab", "web1", "esx1", "esx2", List.of(), deadline)))
            .singleElement().asString().contains("in rollback wants no move");
    }

    @Test
    void programsGetTheCallAndSayWhyNot() throws Exception {
        prepare(program("cat > call"), 5_000);
        assertThat(folder.resolve("call")).content().startsWith("{").contains("\"phase\":\"prepare\"", "\"move\":7");
        assertThatThrownBy(() -> prepare(program("echo no   room >&2; exit 3"), 5_000)).hasMessage("the hook echo no   room >&2; exit 3 in prepare wants no move: no room");
        assertThatThrownBy(() -> prepare(program("exit 3"), 5_000)).hasMessageEndingWith("wants no move: exit status 3");
        assertThatThrownBy(() -> prepare(program("/no/such/file"), 5_000)).hasMessageContaining("not found");
        // More than a pipe holds, and nobody waits for its end.
        prepare(program("head -c 1000000 /dev/zero; true"), 5_000);
    }

    @Test
    void aProgramThatIsLateIsEndedWithWhatItStarted() throws Exception {
        assertThatThrownBy(() -> prepare(program("echo $$ > pid; sleep 1000 & echo $! >> pid; sleep 1000"), 300)).hasMessageContaining("did not answer within");
        for (var pid : Files.readAllLines(folder.resolve("pid"))) {
            long end = System.nanoTime() + 5_000_000_000L;
            while (ProcessHandle.of(Long.parseLong(pid)).isPresent() && System.nanoTime() < end) {
                Thread.sleep(10);
            }
            assertThat(ProcessHandle.of(Long.parseLong(pid))).as("process " + pid).isEmpty();
        }
    }
}
