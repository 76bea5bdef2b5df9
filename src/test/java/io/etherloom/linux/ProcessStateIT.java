package io.etherloom.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProcessStateIT {
    private final Netns netns = new Netns();
    private final String name = Root.name("dying");

    @BeforeEach
    void makeNamespace() {
        Root.require();
        netns.create(name);
    }

    @AfterEach
    void leavesNothingBehind() {
        netns.delete(name);
    }

    @Test
    void seesThatAKilledProcessStillClosesItsTaps() throws Exception {
        var holder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), Holder.class.getName(), name)
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertThat(holder.inputReader().readLine()).isEqualTo("holding");
        long start = ProcessState.startTicks(holder.pid());
        assertThat(ProcessState.of(holder.pid(), start)).isEqualTo(ProcessState.ALIVE);

        Processes.kill(holder.pid(), Processes.SIGKILL);
        var seen = EnumSet.noneOf(ProcessState.class);
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (!seen.contains(ProcessState.GONE) && System.nanoTime() < deadline) {
            seen.add(ProcessState.of(holder.pid(), start));
        }
        assertThat(seen).containsExactlyInAnyOrder(ProcessState.DYING, ProcessState.GONE);
        var left = netns.call(name, () -> {
            try (var rtnetlink = Rtnetlink.open()) {
                return rtnetlink.links().stream().map(Link::name).filter(link -> link.startsWith("t")).toList();
            }
        });
        assertThat(left).as("TAPs left when the process counts as gone").isEmpty();
        holder.waitFor();
    }

    /// Holds TAPs until it is killed.
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            var taps = new Netns().call(arguments[0], () -> {
                var made = new ArrayList<Tun>();
                for (int i = 0; i < 30; i++) made.add(Tun.create("t" + i, Tun.Options.PLAIN));
                return made;
            });
            System.out.println("holding");
            Thread.sleep(60_000);
            taps.forEach(Tun::close);
        }
    }
}
