package io.etherloom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etherloom.lab.Lab;
import io.etherloom.lab.LabClaim;
import io.etherloom.lab.view.PlanView;
import io.etherloom.linux.Processes;
import io.etherloom.topology.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `etherloom esxcli` on a real lab, line by line as in the transcripts under `src/test/resources/esxcli`; the README there says from which public
/// transcripts of the product their form is taken. A line with `$` is what is typed; below it stands what is answered, stdout and then stderr, and
/// `[exit 1]` where it failed.
///
/// Run with `-Desxcli.transcripts=write`, it writes the answers anew: look at the difference before you keep them.
@Timeout(60)
class EsxcliTranscriptsIT {
    private static final Path TRANSCRIPTS = Path.of("src/test/resources/esxcli");
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|((?:[^\\s\"]|\"[^\"]*\")+)");

    @TempDir Path folder;
    private final String name = "t" + ProcessHandle.current().pid() + "e";
    private CliBench bench;
    private Lab lab;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Processes.user() == 0, "needs root, to make network namespaces");
        bench = new CliBench(folder);
        var text = Files.readString(TRANSCRIPTS.resolve("lab.yaml")).replace("LAB", name);
        LabClaim claim = bench.claim(name);
        lab = Lab.start(Topology.parse(text, "/labs/" + name + ".yaml"), bench.registry, claim, CliBench.VERSION.toString());
        bench.serve(claim, lab);
        bench.environment.put(EsxcliCommand.HOST_VARIABLE, "esx1");
    }

    @AfterEach
    void end() throws Exception {
        if (lab != null) {
            lab.close();
        }
        if (bench != null) {
            bench.close();
        }
    }

    /// Spec 8.10: namespaces, options, formats, errors, and that what is set is what is shown.
    @ParameterizedTest
    @ValueSource(strings = {"vswitch", "policy", "vm", "ip", "system", "formatters", "help", "errors", "set"})
    void answersAsTheProductDoes(String transcript) throws IOException {
        var file = TRANSCRIPTS.resolve(transcript + ".txt");
        var expected = Files.readAllLines(file);
        var actual = new ArrayList<String>();
        for (var line : expected) {
            if (line.startsWith("$ esxcli")) {
                actual.add(line);
                actual.addAll(run(line.substring("$ esxcli".length())));
            }
        }
        if ("write".equals(System.getProperty("esxcli.transcripts"))) {
            Files.write(file, actual);
        }
        assertThat(String.join("\n", actual)).isEqualTo(String.join("\n", expected));
        if (transcript.equals("errors")) {
            assertThat(plan()).as("a command that is refused changes nothing").isEmpty();
        }
    }

    /// What putting the file back would change.
    private List<PlanView> plan() throws IOException {
        return lab.plan(Files.readString(TRANSCRIPTS.resolve("lab.yaml")).replace("LAB", name), "/labs/" + name + ".yaml");
    }

    private List<String> run(String words) {
        var arguments = new ArrayList<>(List.of("esxcli"));
        WORD.matcher(words).results().map(word -> word.group().replace("\"", "")).forEach(arguments::add);
        var outcome = bench.run(arguments.toArray(String[]::new));
        var lines = new ArrayList<>(outcome.out().lines().toList());
        lines.addAll(outcome.err().lines().toList());
        if (outcome.code() != 0) {
            lines.add("[exit " + outcome.code() + "]");
        }
        return lines.stream().map(this::constant).toList();
    }

    /// Without what differs from run to run: the name of the lab and addresses that are made of it, and times.
    private String constant(String line) {
        var constant = line.replace(name, "LAB");
        for (var uplink : lab.uplinks()) {
            constant = constant.replace(uplink.mac(), "02:00:00:00:00:a" + uplink.name().replace("vmnic", ""));
        }
        return constant.replaceAll("00:50:56:6[0-9a-f](:[0-9a-f]{2}){2}", "00:50:56:60:00:01").replaceAll("[0-9]+ us$", "N us").replaceAll(" 1[0-9]{3} sec", " 1200 sec");
    }
}
