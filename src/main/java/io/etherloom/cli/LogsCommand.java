package io.etherloom.cli;

import io.etherloom.lab.LabRecord;
import io.etherloom.linux.ProcessState;
import io.etherloom.topology.Suggestion;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "logs", description = "Print what a lab has logged, or what the commands of a VM have printed.", footer = {
    "  etherloom logs",
    "  etherloom logs -f",
    "  etherloom logs --vm web1             output of the VM's run: commands",
    "", "Needs a running lab."})
final class LogsCommand extends Verb {
    @Parameters(arity = "0..1", paramLabel = "LAB", description = "The same as --lab.")
    @Nullable String positionalLab;

    @Option(names = {"-f", "--follow"}, description = "Go on with what is logged until Ctrl-C or the lab's end.")
    boolean isFollowing;

    @Option(names = "--vm", paramLabel = "VM", description = "The output of this VM's run: commands instead.")
    @Nullable String vm;

    @Mixin LabOption lab = new LabOption();

    LogsCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var record = lab(positionalLab != null ? positionalLab : lab.name);
        var file = vm == null ? record.log() : record.runLog(vm);
        if (!Files.exists(file)) {
            if (vm != null && !ShowCommand.vmNames(client(record)).contains(vm)) {
                throw new Failure(ExitCode.NO_SUCH_THING, "there is no VM " + vm + Suggestion.among(vm, ShowCommand.vmNames(client(record))));
            }
            world.out().println("nothing has been logged yet");
            return ExitCode.OK;
        }
        print(record, file);
        return ExitCode.OK;
    }

    private void print(LabRecord record, Path file) throws IOException, InterruptedException {
        try (var channel = FileChannel.open(file); var in = Channels.newInputStream(channel)) {
            while (true) {
                in.transferTo(world.out());
                world.out().flush();
                if (!isFollowing || record.process().state() == ProcessState.GONE) {
                    return;
                }
                Thread.sleep(100);
            }
        }
    }
}
