package io.etherloom.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Runs a command in a QEMU guest by way of the lab, which has its serial ports.
final class GuestExec {
    private GuestExec() {}

    /// @return the command's exit status
    static int run(World world, LabClient client, String vm, List<String> command) {
        if (command.isEmpty()) {
            throw new Failure(ExitCode.BAD_INPUT, vm + " is a guest of QEMU; name a command behind --, or use etherloom console " + vm);
        }
        var body = Json.text(Map.of("command", command));
        try (var exchange = client.open("POST", "/v1/vms/" + LabClient.segment(vm) + "/exec", body, 0);
             var in = new BufferedReader(new InputStreamReader(exchange.body(), StandardCharsets.UTF_8))) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                var row = Row.of(Json.parse(line));
                if (row.members().containsKey("exit")) {
                    return Math.toIntExact(row.number("exit"));
                }
                if (row.members().containsKey("stdout")) {
                    world.out().print(row.text("stdout"));
                    world.out().flush();
                } else if (row.members().containsKey("stderr")) {
                    world.err().print(row.text("stderr"));
                    world.err().flush();
                }
            }
            throw new Failure(ExitCode.FAILED, "the lab ended before the command");
        } catch (IOException e) {
            throw new Failure(ExitCode.FAILED, "the lab ended before the command: " + e.getMessage(), e);
        }
    }
}
