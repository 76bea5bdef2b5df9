package io.etherloom.cli;

import io.etherloom.api.FixedLab;
import io.etherloom.lab.LabException;

/// The program as it is, but for its labs, which are fixed ones. One that is named `faulty` cannot be started.
final class FixedLabMain {
    private FixedLabMain() {}

    public static void main(String[] arguments) {
        Main.run((topology, claim, _) -> {
            if (topology.name().equals("faulty")) {
                throw new LabException(LabException.Kind.ENVIRONMENT, "the kernel has no TAPs");
            }
            return new FixedLab(topology.name());
        }, arguments);
    }
}
