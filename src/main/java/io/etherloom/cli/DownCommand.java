package io.etherloom.cli;

import io.etherloom.lab.LabRecord;
import io.etherloom.linux.ProcessState;
import io.etherloom.linux.Processes;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "down", description = "End a lab, and wait until nothing of it is left.", footer = {
    "  etherloom down",
    "  etherloom down campus",
    "", "Needs a running lab. A lab that does not end within 20 s is killed, and what it leaves is removed."})
final class DownCommand extends Verb {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /// For the kernel, which needs up to 25 ms a TAP after the process was killed.
    private static final Duration DYING = Duration.ofSeconds(120);

    @Parameters(arity = "0..1", paramLabel = "LAB", description = "The same as --lab.")
    @Nullable String positionalLab;

    @Mixin LabOption lab = new LabOption();

    DownCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() throws InterruptedException {
        var record = lab(positionalLab != null ? positionalLab : lab.name);
        ask(record);
        if (!waits(PATIENCE, () -> record.process().state() == ProcessState.GONE)) {
            world.note("the lab " + record.name() + " does not end; killing its process " + record.pid());
            if (record.process().state() == ProcessState.ALIVE) {
                Processes.kill(record.pid(), Processes.SIGKILL);
            }
            if (!waits(DYING, () -> record.process().state() == ProcessState.GONE)) {
                throw new Failure(ExitCode.FAILED, "the process " + record.pid() + " of the lab " + record.name()
                    + " was killed but does not end; its devices may hang");
            }
        }
        world.registry().get().sweep(world::note);
        world.out().println("lab " + record.name() + " is down");
        return ExitCode.OK;
    }

    /// A lab that does not listen, as while it starts, hears the signal.
    private static void terminate(LabRecord record) {
        Processes.kill(record.pid(), Processes.SIGTERM);
    }

    private void ask(LabRecord record) {
        if (record.state() == LabRecord.State.STARTING) {
            terminate(record);
            return;
        }
        try (var exchange = new LabClient(record.name(), record.socket(), world).open("POST", "/v1/shutdown", "", 5_000)) {
            exchange.body().readAllBytes();
        } catch (Failure | java.io.IOException _) {
            if (record.process().state() == ProcessState.ALIVE) {
                terminate(record);
            }
        }
    }

    private static boolean waits(Duration atMost, BooleanSupplier isDone) throws InterruptedException {
        long start = System.nanoTime();
        while (!isDone.getAsBoolean()) {
            if (System.nanoTime() - start > atMost.toNanos()) {
                return false;
            }
            Thread.sleep(5);
        }
        return true;
    }
}
