package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.model.Outcome;
import io.etherloom.topology.Problem;
import io.etherloom.topology.Setting;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Words for tests of the files in `topologies/gotchas`: each lab as its file builds it, and the cure as its comment says it.
abstract class GotchaScenario extends Scenario {
    static final int RARP = 0x8035;
    static final int BEACON = 0x8922;

    /// The lab as the file has it, before the cure.
    final MemoryLab broken(String file) {
        return start(GotchaFile.of(file).inMemory());
    }

    /// Does what the file's comment gives as its cure.
    static void cure(MemoryLab lab, String file) {
        cure(lab, file, 1);
    }

    /// @param way which of several cures, from 1
    static void cure(MemoryLab lab, String file, int way) {
        GotchaFile.of(file).cure(way).forEach(words -> command(lab, words));
    }

    /// What a command would do to a lab; taking it down and starting it by another file is one change here.
    static void command(MemoryLab lab, List<String> words) {
        switch (words.getFirst()) {
            case "set" -> words.subList(3, words.size()).forEach(setting -> lab.set(kind(words.get(1)), words.get(2), setting));
            case "link" -> link(lab, words.get(1), words.get(2).split("/", 2));
            case "down" -> assertThat(words).hasSize(1);
            case "up" -> lab.apply(GotchaFile.of(words.get(1).replaceAll(".*/|\\.yaml", "")).inMemory());
            default -> throw new AssertionError("no cure in memory: " + words);
        }
        announce(lab);
    }

    private static Setting.Kind kind(String word) {
        return Arrays.stream(Setting.Kind.values()).filter(kind -> kind.word().equals(word)).findFirst().orElseThrow();
    }

    private static void link(MemoryLab lab, String state, String[] end) {
        if (state.equals("up")) {
            lab.plug(end[0], end[1]);
            // As a lab does: a port that was disabled for an error recovers.
            if (lab.topology().fabric().switches().containsKey(end[0])) {
                lab.physicalSwitch(end[0]).recover(lab.port(end[0], end[1]).index(), lab.nowNanos());
            }
        } else {
            lab.pull(end[0], end[1]);
        }
    }

    /// The guest does to its vNIC what a namespace's would do by itself.
    static void guest(MemoryLab lab, String nic, String wish) {
        lab.set(Setting.Kind.NIC, nic, wish);
        announce(lab);
    }

    /// Lets RARPs of this moment go. An agent looks at its timers after a command; here the test is the agent's thread and sends none.
    static void announce(MemoryLab lab) {
        lab.agent().timersChanged();
        lab.advanceMillis(0);
    }

    static long vm(MemoryLab lab, String name) {
        return Objects.requireNonNull(lab.topology().vms().get(name), name).nics().getFirst().mac();
    }

    static long machine(MemoryLab lab, String name) {
        return Objects.requireNonNull(lab.topology().fabric().machines().get(name), name).mac();
    }

    /// What `validate` warns of, and `set` afterwards.
    static Stream<String> warnings(MemoryLab lab) {
        return lab.topology().warnings().stream().map(Problem::message);
    }

    /// How many copies of a frame arrived at a place.
    static long copiesAt(String place, byte[] frame, Outcome outcome) {
        return outcome.deliveries().stream().filter(copy(place, frame)::equals).count();
    }

    /// How many frames of an EtherType arrived at a place, untagged.
    static long framesAt(String place, int type, Outcome outcome) {
        return outcome.deliveries().stream()
                .filter(it -> it.to().equals(place) && ((it.frame()[12] & 0xFF) << 8 | it.frame()[13] & 0xFF) == type).count();
    }

    /// An IPv4 frame between 10.0.10.FROM and 10.0.10.TO.
    static byte[] ip(long destination, long source, int from, int to) {
        var frame = frame(destination, source);
        System.arraycopy(new byte[] {10, 0, 10, (byte) from, 10, 0, 10, (byte) to}, 0, frame, 26, 8);
        return frame;
    }

    /// The port at which a physical switch has learned an address, or null.
    static @Nullable String learnedAt(MemoryLab lab, String name, long station) {
        var found = new String[1];
        lab.physicalSwitch(name).stations(lab.nowNanos(), (_, mac, port, _) -> {
            if (mac == station) {
                found[0] = lab.runtime(name).portAt(port).plan().name();
            }
        });
        return found[0];
    }
}
