package io.etherloom.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.frame.DropReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Keeps `docs/drop-reasons.md` in step with [DropReason]. `-Ddrop.reasons=write` writes the page instead.
final class DropReasonsPageTest {
    private static final Path PAGE = Path.of("docs/drop-reasons.md");

    private static String page() {
        return """
                # Why a frame did not arrive

                Every frame that enters a switch leaves it, waits, or ends for one of these reasons. The names are the same everywhere: in
                `etherloom show ports`, as label `reason` of the metric `vswitch_port_drops_total`, in the comments of captures at the point
                `Drop`, in `etherloom trace` and in events. They stand in the order in which a frame's path checks them, so a frame with several faults
                ends for the first of them. Counted at the port where the frame ended: of what a guest sends that is the guest's own
                port, of what comes from the wire the uplink, of what was resolved to a port that port.

                `etherloom trace` finds the place and the value that decided; see [trace.md](trace.md).

                Written by `DropReasonsPageTest` (`mvn test -Dtest=DropReasonsPageTest -Ddrop.reasons=write`); do not edit.

                """ + Arrays.stream(DropReason.values())
                .map(reason -> "## " + reason.label() + "\n\n" + reason.meaning() + "\n\n" + reason.cure() + "\n")
                .collect(Collectors.joining("\n"));
    }

    @Test
    void thePageSaysWhatTheReasonsSay() throws IOException {
        if (System.getProperty("drop.reasons", "").equals("write")) {
            Files.writeString(PAGE, page());
        }
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "").as("write it anew with -Ddrop.reasons=write").isEqualTo(page());
    }

    /// One sentence each, so that a terminal line and a capture comment can hold it.
    @ParameterizedTest
    @EnumSource(DropReason.class)
    void saysWhatItMeansAndWhatToLookAt(DropReason reason) {
        for (var text : new String[] {reason.meaning(), reason.cure()}) {
            assertThat(text).endsWith(".").doesNotContain("\n", ". ").hasSizeBetween(40, 240).matches("[A-Z`].*");
        }
    }
}
