package io.etherloom.lab.view;

import io.etherloom.event.Event;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/// Something that happened in the lab.
///
/// @param seq counts from 1 in each lab without a gap
/// @param time UTC, to the millisecond: `2026-01-02T03:04:05.678Z`
/// @param type such as `redundancy-lost`; `docs/events.md` lists all
/// @param severity `info`, `warning` or `error`
/// @param vobId what vSphere calls it, such as `esx.problem.net.redundancy.lost`; empty where it has no name for it
/// @param object that it happened to, such as `esx1/vSwitch0` or `web1.eth0`
/// @param sentence for a person
/// @param details for a program; which ones there are depends on the type
public record EventView(
        long seq, String time, String type, String severity, String vobId, String object, String sentence, Map<String, Object> details) {
    public static EventView of(Event event) {
        var millis = event.time().truncatedTo(ChronoUnit.MILLIS);
        var time = millis.getNano() == 0 ? millis.toString().replace("Z", ".000Z") : millis.toString();
        return new EventView(event.seq(), time, event.type().label(), event.type().severity().label(), event.type().vobId(), event.object(),
                event.sentence(), event.details());
    }
}
