package io.etherloom.cli;

import io.etherloom.lab.Doctor;
import io.etherloom.lab.Doctor.Check;
import io.etherloom.lab.Doctor.Check.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "doctor", description = "Try out what this machine can and cannot do for labs, and say why.", footer = {
    "  etherloom doctor",
    "  etherloom doctor -o json",
    "", "Needs nothing; what it tries is gone when it ends. Exits 4 when no lab can be started here."})
final class DoctorCommand extends Verb {
    @Mixin OutputOption output = new OutputOption();

    DoctorCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        return tell(Doctor.examine(world.sweptRegistry()));
    }

    /// Prints the findings.
    ///
    /// @return 4 when no lab can be started here, else 0
    int tell(List<Check> checks) {
        if (output.isJson()) {
            world.out().println(Json.text(checks.stream().map(DoctorCommand::members).toList()));
        } else {
            var table = new Table("CHECK", "STATUS", "FINDING", "CURE");
            for (var check : checks) {
                table.row(check.name(), label(check.status()), check.finding(), check.cure().isEmpty() ? "-" : check.cure());
            }
            table.print(world.out());
        }
        return checks.stream().anyMatch(check -> check.status() == Status.MISSING) ? ExitCode.ENVIRONMENT : ExitCode.OK;
    }

    private static Map<String, Object> members(Check check) {
        var members = new LinkedHashMap<String, Object>();
        members.put("name", check.name());
        members.put("status", label(check.status()));
        members.put("finding", check.finding());
        members.put("cure", check.cure());
        return members;
    }

    private static String label(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
