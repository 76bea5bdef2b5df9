package io.etherloom.cli;

import io.etherloom.lab.LabRecord;
import io.etherloom.topology.Suggestion;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What running labs offer to Wireshark, each under a name that fits into file names and preferences: `campus:vm:web1`,
/// `campus:uplink:esx1_vmnic0`, `campus:drops`.
final class ExtcapInterfaces {
    /// A lab that does not answer must not keep Wireshark from starting.
    private static final long PATIENCE_MILLIS = 2_000;
    private static final String DROPS = "drops";

    private ExtcapInterfaces() {}

    /// @param query of a capture, `vm=web1`
    /// @param isDrops whether only dropped frames are meant
    record Interface(LabRecord lab, String value, String display, String query, boolean isDrops) {
        String sentence() {
            return "interface {value=" + value + "}{display=" + display.replace("}", "").replace("{", "") + "}";
        }
    }

    static List<Interface> all(World world) {
        var found = new ArrayList<Interface>();
        for (var lab : world.registry().get().labs()) {
            if (lab.state() != LabRecord.State.STARTING) {
                found.addAll(of(world, lab));
            }
        }
        return found;
    }

    /// @throws Failure for a name that no lab has, with the nearest one that there is
    static Interface named(World world, String value) {
        var all = all(world);
        return all.stream().filter(it -> it.value().equals(value)).findFirst().orElseThrow(() -> new Failure(ExitCode.NO_SUCH_THING,
            all.isEmpty() ? "no lab runs; start one: etherloom up TOPOLOGY"
                : "there is nothing called " + value + Suggestion.among(value, all.stream().map(Interface::value).toList())));
    }

    private static List<Interface> of(World world, LabRecord lab) {
        var found = new ArrayList<Interface>();
        var text = new LabClient(lab.name(), lab.socket(), world).get("/v1/capture/subjects", PATIENCE_MILLIS);
        var taken = new HashSet<String>();
        for (var row : text == null ? List.<Row>of() : Json.rows(text)) {
            var kind = String.valueOf(row.members().get("kind"));
            var name = String.valueOf(row.members().get("name"));
            boolean isLab = kind.equals("lab");
            var query = isLab ? "lab=true" : kind + "=" + LabClient.segment(name);
            var value = lab.name() + ":" + kind + (isLab ? "" : ":" + name.replaceAll("[^A-Za-z0-9.-]+", "_"));
            var display = "Etherloom " + lab.name() + ": " + row.text("description");
            found.add(new Interface(lab, unique(taken, value), display, query, false));
            if (isLab) {
                found.add(new Interface(lab, lab.name() + ":" + DROPS, "Etherloom " + lab.name() + ": everything that is dropped", query, true));
            }
        }
        return found;
    }

    /// Two names may differ only in what does not fit.
    private static String unique(Set<String> taken, String value) {
        var unique = value;
        for (int i = 2; !taken.add(unique); i++) {
            unique = value + "_" + i;
        }
        return unique;
    }
}
