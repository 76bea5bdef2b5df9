package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.lab.CaptureRequest;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// IPv6 is there for those who ask for it, and nobody else's namespace makes a sound.
class Ipv6IT {
    private static final String HOST = """
        name: LAB
        hosts:
          esx1: { vSwitches: { vSwitch0: { portGroups: { Ten: { vlan: 10 } } } } }
        vms:
        """;
    private static final long SILENCE_NANOS = 2_000_000_000L;

    @TempDir
    private Path folder;

    private LocalLab lab;

    @BeforeEach
    void needsRoot() {
        Need.root();
        Need.programs("ping");
    }

    @AfterEach
    void leavesNothing() throws Exception {
        if (lab != null) lab.close();
    }

    @Test
    void staysSilentInFiftyIdleVms() throws Exception {
        var vms = IntStream.rangeClosed(1, 50).mapToObj(i -> "  vm%d: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.%d/24 } ] }\n".formatted(i, i))
            .collect(Collectors.joining());
        lab = LocalLab.start(folder, HOST + vms);
        var ports = IntStream.rangeClosed(1, 50).mapToObj(i -> "vm" + i).toList();
        long end = System.nanoTime() + SILENCE_NANOS;
        assertThat(lab.lab().capture(CaptureRequest.ofPorts(ports.toArray(String[]::new)).withSnapLength(100), OutputStream.nullOutputStream(), () -> System.nanoTime() > end)).isZero();
        assertThat(lab.lab().ports()).allSatisfy(port -> assertThat(port.inFrames()).isZero());
        lab.assertReaches("vm1", "10.9.0.50");
    }

    @Test
    void pingsWhereAddressesAreGiven() throws Exception {
        lab = LocalLab.start(folder, HOST + """
              six1: { host: esx1, nics: [ { portGroup: Ten, ip: [10.9.0.1/24, "2001:db8::1/64"] } ] }
              six2: { host: esx1, nics: [ { portGroup: Ten, ip: "2001:db8::2/64" } ] }
              four: { host: esx1, nics: [ { portGroup: Ten, ip: 10.9.0.3/24 } ] }
            """);
        Await.until("2001:db8::2 answers, once it is known to be nobody else's", () -> lab.exec("six1", "ping", "-c", "1", "-W", "1", "2001:db8::2").status() == 0);
        lab.assertReaches("six2", "six1");
        lab.assertReaches("six1", "10.9.0.3");
        assertThat(lab.exec("four", "ip", "-6", "address", "show", "dev", "eth0").out()).isEmpty();
    }
}
