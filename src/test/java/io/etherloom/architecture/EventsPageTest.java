package io.etherloom.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.event.EventType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Writes `docs/events.md` from the enum, or fails when it says something else: `mvn test -Dtest=EventsPageTest -Devents=write`.
final class EventsPageTest {
    private static final Path PAGE = Path.of("docs/events.md");
    private static final String HEAD = """
            # What happens in a lab

            One stream tells what an operator wants to hear of. It is shown by `etherloom events` (`-f` follows, `-o json` gives one object a line), by
            `GET /v1/events`, and is in the lab's log, one line each (`etherloom logs`). The last 8192 events are kept.

            ```
            etherloom events                                   what is kept
            etherloom events -f --severity warning,error       what goes wrong from now on
            etherloom events --since 10m --object esx1         of one host and all that is part of it
            etherloom events --type failover -o json
            ```

            Over HTTP, `GET /v1/events?since=SEQ&type=…&severity=…&object=…` is an array. With `Accept: text/event-stream` the same address is a stream of
            [server-sent events](https://html.spec.whatwg.org/multipage/server-sent-events.html): what is kept, then what comes. The id of each is its
            `seq`, so a client that was cut off sends `Last-Event-ID` and goes on. A client that is too slow gets an event of name `missed`, which says how many
            it did not see; `end` is the last when the lab ends; a comment every 15 s shows that the connection is alive.

            | key | meaning |
            |---|---|
            | `seq` | counts from 1 in each lab, without a gap |
            | `time` | UTC, to the millisecond |
            | `type`, `severity` | as below |
            | `vobId` | what vSphere calls it: the id of an ESX observation, on which alarms are defined, or the name of a vCenter event; may be empty |
            | `object` | that it happened to: a host's pNIC or vSwitch, a port, a VM, a port of a physical switch, or the lab |
            | `sentence` | for a person |
            | `details` | for a program, by type |

            Nothing here happens once a frame. What could (frames that a policy refuses) is told at once for the first and then at most once a minute
            for each port, with counts; drops are told when they exceed a share of a port's frames (`Etherloom.DropThreshold`, see
            [topology.md](topology.md)). What a guest or a neighbour can bring about as
            often as it likes (interfaces set up and down, addresses, promiscuous mode, other things said by CDP or LLDP) is told twenty times in a row for
            an object and then once in six seconds; the next one says how many like it were left out, in `leftOut`, too.

            `seq` is the order in which events were told. An event has the time at which it happened, a change that at which it began; where several threads saw
            something, times may stand a few milliseconds out of order.

            ## Types

            Written by `EventsPageTest` (`mvn test -Dtest=EventsPageTest -Devents=write`); do not edit.

            | type | severity | in vSphere | what it means |
            |---|---|---|---|
            """;

    @Test
    void thePageListsEveryType() throws IOException {
        var page = new StringBuilder(HEAD);
        for (var type : EventType.values()) {
            page.append("| `").append(type.label()).append("` | ").append(type.severity().label()).append(" | ")
                    .append(type.vobId().isEmpty() ? "" : "`" + type.vobId() + "`").append(" | ").append(type.help()).append(" |\n");
        }
        if ("write".equals(System.getProperty("events"))) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page.toString());
    }
}
