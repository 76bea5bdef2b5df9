package io.etherloom.cli;

import io.etherloom.lab.ChangePlan;
import io.etherloom.lab.LabRecord;
import io.etherloom.lab.view.PlanView;
import io.etherloom.topology.Topology;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A topology file against the lab of its name, if it runs: what is different, and making it the same.
final class Convergence {
    private final World world;
    private final TopologyFile file;
    private final OutputOption output;
    private final Topology topology;
    private final @Nullable LabRecord running;

    /// Loads the file and looks for its lab.
    ///
    /// @throws Failure with exit code 2 when the file cannot be used
    Convergence(World world, TopologyFile file, OutputOption output) {
        this.world = world;
        this.file = file;
        this.output = output;
        topology = file.load(world);
        running = world.sweptRegistry().labs().stream().filter(lab -> lab.name().equals(topology.name())).findFirst().orElse(null);
    }

    Topology topology() {
        return topology;
    }

    /// The lab of the file's name, or null if it does not run.
    @Nullable LabRecord running() {
        return running;
    }

    /// Prints what would be done.
    void showPlan() {
        print(running == null ? Json.text(additions()) : ask(running, "plan"));
    }

    /// Makes the running lab what the file says, and prints what was done.
    void converge(LabRecord lab) {
        print(ask(lab, "plan"));
        var done = Json.rows(ask(lab, "apply"));
        if (!output.isJson() && !done.isEmpty()) {
            world.out().println("lab " + lab.name() + ": " + TopologyFile.count(done.size(), "change") + " made");
        }
    }

    private void print(String plan) {
        output.print(world.out(), plan, () -> Views.plan(Json.rows(plan)), "lab " + topology.name() + " is what " + file.path() + " says");
    }

    private String ask(LabRecord lab, String what) {
        if (lab.state() == LabRecord.State.STARTING) {
            throw new Failure(ExitCode.FAILED, "the lab " + lab.name() + " is still starting");
        }
        var query = "?file=" + LabClient.segment(file.absolute());
        return new LabClient(lab.name(), lab.socket(), world).post("/v1/" + what + query, file.text());
    }

    private List<Map<String, Object>> additions() {
        return ChangePlan.fromNothing(topology).stream().map(Convergence::row).toList();
    }

    private static Map<String, Object> row(PlanView step) {
        var row = new LinkedHashMap<String, Object>();
        row.put("action", step.action());
        row.put("object", step.object());
        row.put("detail", step.detail());
        return row;
    }
}
