package io.etherloom.api;

import io.etherloom.event.EventLog;
import io.etherloom.lab.LabControl;
import io.etherloom.lab.view.EventView;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// The events of a lab: those that are kept, as an array, or for whoever accepts `text/event-stream` also those to come, as server-sent
/// events (WHATWG HTML, 9.2). There the id of each is its number, so a client that connects again with `Last-Event-ID` goes on where it was.
///
/// A client that reads slowly keeps nothing in memory here: it stays behind in the lab's ring, and when that has gone round, an event of
/// name `missed` tells how many it will never see. One of name `end` is the last, when the lab ends.
final class EventRoute {
    static final String EVENT_STREAM = "text/event-stream";
    /// So often something is written although nothing has happened, so that both sides notice a connection that is dead.
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(15);
    /// How long it may take to notice that the client has gone.
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int RECONNECT_MILLIS = 2_000;

    private final EventLog events;
    private final long heartbeatNanos;

    EventRoute(LabControl lab) {
        this(lab, HEARTBEAT_NANOS);
    }

    EventRoute(LabControl lab, long heartbeatNanos) {
        events = lab.events();
        this.heartbeatNanos = heartbeatNanos;
    }

    Answer answer(Router.Call call) {
        var request = call.request();
        var filter = EventFilter.of(request);
        long since = request.longNumber("since", 0);
        var accept = request.accept();
        if (accept == null || !accept.contains(EVENT_STREAM)) {
            return Answer.json(events.since(since).events().stream().filter(filter::wants).map(EventView::of).toList());
        }
        var resumed = request.headers().get("last-event-id");
        long from = resumed == null ? since : Request.longNumber("Last-Event-ID", resumed);
        return new Answer.Stream(EVENT_STREAM, (out, isOver) -> write(out, isOver, filter, from));
    }

    private void write(OutputStream out, BooleanSupplier isOver, EventFilter filter, long from) throws IOException {
        long place = from;
        long told = from;
        long quietSince = System.nanoTime();
        send(out, "retry: " + RECONNECT_MILLIS + "\n\n");
        while (!isOver.getAsBoolean()) {
            var page = await(place);
            place = page.last();
            var text = text(page, filter);
            if (text.isEmpty() && System.nanoTime() - quietSince > heartbeatNanos) {
                // The number alone is no event, yet whoever comes back begins behind all that the filter kept from it.
                text.append(place == told ? ":\n\n" : "id: " + place + "\n\n");
                told = place;
            }
            if (!text.isEmpty()) {
                send(out, text.toString());
                quietSince = System.nanoTime();
            }
            if (page.isEnded()) {
                send(out, "event: end\ndata: {}\n\n");
                return;
            }
        }
    }

    private EventLog.Page await(long place) throws IOException {
        try {
            return events.await(place, Math.min(heartbeatNanos, LOOK_NANOS));
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    private static StringBuilder text(EventLog.Page page, EventFilter filter) {
        var text = new StringBuilder();
        if (page.missed() > 0) {
            append(text, "event: missed\n", Map.of("missed", page.missed()));
        }
        page.events().stream().filter(filter::wants).forEach(event -> append(text, "id: " + event.seq() + "\n", EventView.of(event)));
        return text;
    }

    private static void append(StringBuilder text, String head, Object data) {
        text.append(head).append("data: ").append(new String(Json.bytes(data), StandardCharsets.UTF_8)).append("\n\n");
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
