package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.linux.Netns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabRegistryTest {
    private static final Path FILE = Path.of("/labs/quickstart.yaml");

    @TempDir
    private Path folder;

    private LabRegistry registry;
    private StateDirectory state;
    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void setUp() {
        state = StateDirectory.at(folder.resolve("state"));
        registry = new LabRegistry(state, new Netns(folder.resolve("netns")), new HostsFolder(folder.resolve("etc-netns"), state));
    }

    private LabClaim claim(String name) {
        return registry.claim(name, FILE, "0.1", said::add);
    }

    @Test
    void showsAClaimedLabUntilItIsClosed() {
        var claim = claim("quickstart");
        assertThat(registry.labs()).containsExactly(claim.record());
        assertThat(claim.record().state()).isEqualTo(LabRecord.State.STARTING);

        claim.ready("http://127.0.0.1:9480/metrics");
        assertThat(registry.lab(null).metrics()).isEqualTo("http://127.0.0.1:9480/metrics");
        assertThat(registry.lab("quickstart").state()).isEqualTo(LabRecord.State.READY);

        claim.close();
        claim.close();
        assertThat(registry.labs()).isEmpty();
        assertThat(registry.folders()).isEmpty();
    }

    @Test
    void refusesTheNameOfALivingLabAndNamesItsPidAndFile() {
        try (var claim = claim("quickstart")) {
            assertThatThrownBy(() -> claim("quickstart"))
                .isInstanceOfSatisfying(LabException.class, e -> assertThat(e.kind()).isEqualTo(LabException.Kind.CONFLICT))
                .hasMessageContaining("pid " + claim.record().pid())
                .hasMessageContaining(FILE.toString());
        }
    }

    @Test
    void letsOneOfManyClaimsAtOnceWin() throws Exception {
        var conflicts = new AtomicInteger();
        var start = new CountDownLatch(1);
        var claims = new ArrayList<LabClaim>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            Callable<Void> attempt = () -> {
                start.await();
                try {
                    var claim = claim("race");
                    synchronized (claims) {
                        claims.add(claim);
                    }
                } catch (LabException e) {
                    conflicts.incrementAndGet();
                }
                return null;
            };
            var results = new ArrayList<java.util.concurrent.Future<Void>>();
            for (int i = 0; i < 8; i++) results.add(threads.submit(attempt));
            start.countDown();
            for (var result : results) result.get();
        }
        assertThat(claims).hasSize(1);
        assertThat(conflicts).hasValue(7);
        claims.getFirst().close();
    }

    @Test
    void asksForANameWhereSeveralLabsRun() {
        try (var _ = claim("one"); var _ = claim("two")) {
            assertThat(registry.lab("two").name()).isEqualTo("two");
            assertThatThrownBy(() -> registry.lab(null)).hasMessageContaining("one, two");
            assertThatThrownBy(() -> registry.lab("three"))
                .isInstanceOfSatisfying(LabException.class, e -> assertThat(e.kind()).isEqualTo(LabException.Kind.NOT_FOUND));
        }
    }

    @Test
    void sweepsALabWhosePidWasGivenToAnotherProcess() throws Exception {
        var process = ProcessStamp.ofThisProcess();
        writeRecord("reused", new ProcessStamp(process.pid(), process.startTicks() + 1, process.bootId()));
        writeRecord("rebooted", new ProcessStamp(process.pid(), process.startTicks(), "another boot"));
        writeRecord("alive", process);

        assertThat(registry.labs()).extracting(LabRecord::name).containsExactly("alive");
        assertThat(registry.sweep(said::add)).containsExactly("rebooted", "reused");
        assertThat(registry.folders()).containsExactly(state.lab("alive"));
        assertThat(registry.sweep(said::add)).isEmpty();
        assertThat(said).hasSize(2).anySatisfy(line -> assertThat(line).startsWith("the lab reused (pid " + process.pid() + ") was killed"));
    }

    @Test
    void sweepsOnceWhenManySweepAtOnce() throws Exception {
        for (int i = 0; i < 20; i++) writeRecord("lab" + i, new ProcessStamp(1, 1, "another boot"));
        var swept = new ArrayList<String>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            var results = new ArrayList<java.util.concurrent.Future<List<String>>>();
            for (int i = 0; i < 4; i++) results.add(threads.submit(() -> registry.sweep(_ -> {})));
            for (var result : results) swept.addAll(result.get());
        }
        assertThat(swept).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void claimsTheNameOfADeadLabAfterSweepingIt() throws Exception {
        writeRecord("quickstart", new ProcessStamp(1, 1, "another boot"));
        Files.writeString(state.lab("quickstart").resolve("old"), "");
        try (var claim = claim("quickstart")) {
            assertThat(claim.record().pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(state.lab("quickstart").resolve("old")).doesNotExist();
        }
    }

    @Test
    void sweepsALabWhoseRecordIsDamagedAndSaysSo() throws Exception {
        Files.createDirectories(state.prepare().resolve("torn"));
        Files.writeString(state.lab("torn").resolve(LabRecord.FILE), "{\"name\": \"torn\", \"pid\"");
        Files.createDirectories(state.lab("empty"));

        assertThat(registry.labs()).isEmpty();
        assertThat(registry.sweep(said::add)).containsExactly("empty", "torn");
        assertThat(said).anySatisfy(line -> assertThat(line).contains("torn/lab.json is damaged"));
        assertThat(registry.folders()).isEmpty();
    }

    @Test
    void leavesALivingLabAloneWhenItsRecordIsDamaged() throws Exception {
        try (var claim = claim("quickstart")) {
            Files.writeString(claim.record().directory().resolve(LabRecord.FILE), "");
            assertThat(registry.sweep(said::add)).isEmpty();
            assertThat(said).singleElement().asString().contains("its process runs");
            assertThatThrownBy(() -> claim("quickstart"))
                .isInstanceOfSatisfying(LabException.class, e -> assertThat(e.kind()).isEqualTo(LabException.Kind.CONFLICT));
        }
    }

    @Test
    void recordsNamespacesOnlyWhenAllNamesAreFree() throws Exception {
        var netns = registry.netns();
        Files.createDirectories(folder.resolve("netns"));
        Files.createFile(folder.resolve("netns/el-a-taken"));
        try (var one = claim("a-b"); var two = claim("a")) {
            one.addNamespaces(List.of("el-a-b-c"), netns);
            assertThatThrownBy(() -> two.addNamespaces(List.of("el-a-x", "el-a-b-c"), netns)).hasMessageContaining("the running lab a-b");
            assertThatThrownBy(() -> two.addNamespaces(List.of("el-a-x", "el-a-taken"), netns)).hasMessageContaining("el-a-taken exists already");
            assertThat(registry.lab("a").namespaces()).isEmpty();
            two.addNamespaces(List.of("el-a-x"), netns);
            assertThat(registry.lab("a").namespaces()).containsExactly("el-a-x");
            two.removeNamespaces(List.of("el-a-x"));
            assertThat(registry.lab("a").namespaces()).isEmpty();
        }
    }

    @Test
    void keepsTheRecordsOfOneUserFromOthers() {
        claim("quickstart").close();
        assertThat(state.root()).satisfies(root ->
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root))).isEqualTo("rwx------"));
    }

    @Test
    void trustsNoFolderThatOthersCanWriteTo() throws Exception {
        Files.createDirectory(state.root());
        Files.setPosixFilePermissions(state.root(), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> registry.sweep(said::add)).hasMessageContaining("cannot be trusted");
        assertThatThrownBy(() -> claim("quickstart")).hasMessageContaining("cannot be trusted");
    }

    @Test
    void trustsNoLinkInPlaceOfTheFolder() throws Exception {
        Files.createDirectory(folder.resolve("elsewhere"));
        Files.createSymbolicLink(state.root(), folder.resolve("elsewhere"));
        assertThatThrownBy(registry::labs).hasMessageContaining("cannot be trusted");
    }

    @Test
    void refusesNamesThatAreNoFileNames() {
        for (var name : List.of("", "..", "a/b", ".lock", "a b", "-x", "x".repeat(64))) {
            assertThatThrownBy(() -> claim(name)).as(name).hasMessageContaining("cannot name a lab");
        }
    }

    @Test
    void refusesAPathThatIsTooLongForASocket() {
        var deep = new LabRegistry(StateDirectory.at(folder.resolve("x".repeat(90))));
        assertThatThrownBy(() -> deep.claim("y", FILE, "0.1", said::add)).hasMessageContaining("too long for a unix socket");
    }

    private void writeRecord(String name, ProcessStamp process) throws IOException {
        var directory = Files.createDirectories(state.prepare().resolve(name));
        new LabRecord(name, process, "0.1", directory, "", FILE.toString(), "2026-01-01T00:00:00Z", false, LabRecord.State.READY, "", List.of()).write();
    }
}
