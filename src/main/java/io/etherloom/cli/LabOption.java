package io.etherloom.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--lab`: which lab, where several run.
final class LabOption {
    @Option(names = "--lab", paramLabel = "LAB",
        description = "The lab, where several run. Without it: the variable ETHERLOOM_LAB, or the only lab that runs.")
    @Nullable String name;
}
