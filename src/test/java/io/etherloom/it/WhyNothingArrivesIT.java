package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Does what `docs/why-nothing-arrives.md` says, command by command, with a lab and files of its own.
class WhyNothingArrivesIT {
    private static final Path PAGE = Path.of("docs/why-nothing-arrives.md");
    private static final Path TOPOLOGY = Path.of("topologies/why-nothing-arrives.yaml");
    private static final String OWN = "source 02:00:00:00:00:99 is not the port's 00:50:56:00:00:01";
    private static final String ORIGIN = "port group DMZ, inherited from vSwitch0";

    @TempDir
    private Path folder;

    private Launcher launcher;
    private String file;
    private int port;

    /// The commands of the page, in order.
    private static Deque<String> commands() throws Exception {
        var commands = new ArrayList<String>();
        boolean isShell = false;
        for (var line : Files.readAllLines(PAGE)) {
            if (line.startsWith("```")) {
                isShell = line.equals("```sh");
            } else if (isShell) {
                commands.add(line);
            }
        }
        return new ArrayDeque<>(commands);
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (launcher != null) launcher.end();
    }

    private Command.Outcome run(String command) throws Exception {
        try (var started = start(command)) {
            return started.await();
        }
    }

    private Command start(String command) {
        var line = command.replace("topologies/why-nothing-arrives.yaml", file).replace("drops.pcapng", folder.resolve("drops.pcapng").toString())
            .replace("127.0.0.1:9480", "127.0.0.1:" + port).replaceAll(" &$", "");
        return line.startsWith("./etherloom ")
            ? launcher.start(Arrays.copyOfRange(line.split(" "), 1, line.split(" ").length))
            : Command.start(List.of("sh", "-c", line));
    }

    private String good(String command) throws Exception {
        var outcome = run(command);
        assertThat(outcome.status()).as(command + ": " + outcome.all()).isZero();
        return outcome.out();
    }

    private String bad(String command) throws Exception {
        var outcome = run(command);
        assertThat(outcome.status()).as(command + ": " + outcome.all()).isEqualTo(1);
        return outcome.out();
    }

    private static String one(String text) {
        return text.replaceAll("\\s+", " ");
    }

    /// Spec 5.7, 5.9, 5.10: what the guest sends is forged while its change is refused, and nothing is delivered to it; accepted, its port follows.
    @Test
    void thePageFindsOutWhy() throws Exception {
        Need.root();
        Need.programs("ip", "ping", "tshark", "curl");
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        launcher = new Launcher(folder);
        file = launcher.topology("", Files.readString(TOPOLOGY).replaceFirst("\nname: .*", "\nname: LAB\nmetrics: { listen: 127.0.0.1:" + port + " }"));
        var commands = commands();

        good(commands.poll());
        good(commands.poll());
        good(commands.poll());
        bad(commands.poll());

        var forged = commands.poll();
        Await.until("the lab knows the guest's address", () -> run(forged).out().contains("dropped as forged_transmit"));
        assertThat(one(bad(forged))).contains(OWN, ORIGIN, "MAC changes are rejected");
        assertThat(one(bad(commands.poll()))).contains("dropped as mac_change_rejected", "the guest of web1.eth0 set 02:00:00:00:00:99", ORIGIN,
            "copies arrive at web2.eth0");

        try (var _ = start(commands.poll())) {
            good(commands.poll());
        }
        assertThat(good(commands.poll())).contains(OWN, ORIGIN);
        assertThat(good(commands.poll())).contains("reason=\"forged_transmit\"", "port=\"web1.eth0\"");
        assertThat(good(commands.poll())).contains("02:00:00:00:00:99", "refuses MAC changes", "refuses forged transmits");

        good(commands.poll());
        assertThat(good(commands.poll())).contains("arrives at web2.eth0");
        good(commands.poll());
        good(commands.poll());
        assertThat(commands).isEmpty();
    }
}
