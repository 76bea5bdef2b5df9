package io.etherloom.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.etherloom.api.ApiServer;
import io.etherloom.api.FixedLab;
import io.etherloom.lab.LabClaim;
import io.etherloom.lab.LabControl;
import io.etherloom.lab.LabRegistry;
import io.etherloom.lab.StateDirectory;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Calls verbs in this process, with captured streams and a registry of its own, in which fixed labs run.
final class CliBench {
    static final Version VERSION = new Version("1.0", "abc");

    final Map<String, String> environment = new HashMap<>();
    /// The command that this process would have become.
    final List<List<String>> became = new ArrayList<>();
    final LabRegistry registry;
    LabStarter starter = (_, _, _) -> {
        throw new AssertionError("this test starts no lab");
    };

    private final List<AutoCloseable> open = new ArrayList<>();

    CliBench(Path folder) {
        registry = new LabRegistry(StateDirectory.at(folder.resolve("state")));
    }

    record Outcome(int code, String out, String err) {}

    /// Claims a name and serves a fixed lab under it.
    FixedLab running(String name) {
        return running(name, VERSION.toString());
    }

    FixedLab running(String name, String version) {
        var lab = new FixedLab(name);
        serve(claim(name), lab, version);
        return lab;
    }

    /// Serves a lab of the test's own under a claimed name.
    void serve(LabClaim claim, LabControl lab) {
        serve(claim, lab, VERSION.toString());
    }

    private void serve(LabClaim claim, LabControl lab, String version) {
        open.add(ApiServer.start(lab, new ApiServer.Options(claim.record().socket(), null, version), () -> {}));
        claim.ready("http://127.0.0.1:9480/metrics");
    }

    LabClaim claim(String name) {
        var claim = registry.claim(name, Path.of("/labs/" + name + ".yaml"), VERSION.toString(), _ -> {});
        open.add(claim);
        return claim;
    }

    Outcome run(String... arguments) {
        var out = new ByteArrayOutputStream();
        int[] code = new int[1];
        var err = run(out, code, arguments);
        return new Outcome(code[0], out.toString(UTF_8), err);
    }

    /// The same for output that is not text.
    String run(ByteArrayOutputStream out, int[] code, String... arguments) {
        var err = new ByteArrayOutputStream();
        var world = new World(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), InputStream.nullInputStream(), environment,
            VERSION, () -> registry, new Machine((topology, claim, say) -> starter.start(topology, claim, say),
                (command, _) -> became.add(command)));
        code[0] = Main.execute(world, arguments);
        return err.toString(UTF_8);
    }

    void close() throws Exception {
        for (var thing : open.reversed()) {
            thing.close();
        }
    }
}
