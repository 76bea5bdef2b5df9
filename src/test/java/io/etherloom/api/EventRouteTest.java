package io.etherloom.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.event.Details;
import io.etherloom.event.EventType;
import io.etherloom.lab.view.EventView;
import io.netty.handler.codec.http.HttpMethod;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Events over a real socket: the array, the stream, resuming, and a client that does not read.
@Timeout(30)
class EventRouteTest {
    private final FixedLab lab = new FixedLab("campus");
    private Path socket;
    private ApiServer server;

    @BeforeEach
    void start(@TempDir Path folder) {
        socket = folder.resolve("api.sock");
        server = ApiServer.start(lab, new ApiServer.Options(socket, null, "1.0"), () -> {});
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void post(int count) {
        for (int i = 0; i < count; i++) {
            lab.events().post(EventType.VM_POWERED_ON, "web1", "web1 was powered on.");
        }
    }

    /// A connection on which this was asked.
    private SocketChannel ask(String path, String... headers) throws IOException {
        var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        var head = "GET " + path + " HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n" + String.join("", List.of(headers)) + "\r\n";
        channel.write(ByteBuffer.wrap(head.getBytes(UTF_8)));
        return channel;
    }

    private String get(String path) throws IOException {
        try (var channel = ask(path)) {
            return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
        }
    }

    private BufferedReader stream(SocketChannel channel) {
        return new BufferedReader(Channels.newReader(channel, UTF_8));
    }

    /// The next line that begins so.
    private static String next(BufferedReader in, String beginning) throws IOException {
        var line = in.readLine();
        while (line != null && !line.startsWith(beginning)) {
            line = in.readLine();
        }
        return line == null ? "nothing" : line.substring(beginning.length());
    }

    private static final String STREAM = "Accept: text/event-stream\r\n";

    @Test
    void tellsWhatHasHappenedAsAnArray() throws IOException {
        lab.events().post(EventType.REDUNDANCY_LOST, "esx1/vSwitch0", "One uplink is left.", Details.of("uplink", "vmnic0"));

        assertThat(get("/v1/events")).contains("application/json").endsWith("[{\"seq\":1,\"time\":\"2026-01-02T03:04:05.678Z\",\"type\":\"redundancy-lost\","
            + "\"severity\":\"warning\",\"vobId\":\"esx.problem.net.redundancy.lost\",\"object\":\"esx1/vSwitch0\",\"sentence\":\"One uplink is left.\","
            + "\"details\":{\"uplink\":\"vmnic0\"}}]");
        assertThat(get("/v1/events?since=1")).endsWith("\r\n\r\n[]");
    }

    @Test
    void findsEventsByTypeSeverityAndObject() {
        lab.events().post(EventType.FAILOVER, "esx1/vSwitch0", "Moved.", Details.none().andNames("ports", List.of("web1.eth0", "web2.eth0")));
        lab.events().post(EventType.NIC_CONNECTED, "web1.eth0", "Connected.");
        lab.events().post(EventType.CHANGE_FAILED, "esx10", "Put back.");

        assertThat(found("type=failover,change-failed")).containsExactly(1L, 3L);
        assertThat(found("type=failover&type=nic-connected")).containsExactly(1L, 2L);
        assertThat(found("severity=error")).containsExactly(3L);
        assertThat(found("object=esx1")).containsExactly(1L);
        assertThat(found("object=web1.eth0")).containsExactly(1L, 2L);
        assertThat(found("object=web1")).containsExactly(1L, 2L);
        assertThat(found("object=web2&severity=info")).isEmpty();
    }

    private List<Long> found(String query) {
        var filter = EventFilter.of(Request.of(HttpMethod.GET, "/v1/events?" + query, Map.of(), new byte[0]));
        return lab.events().since(0).events().stream().filter(filter::wants).map(EventView::of).map(EventView::seq).toList();
    }

    @Test
    void refusesWhatItDoesNotKnow() throws IOException {
        assertThat(get("/v1/events?type=failovr")).startsWith("HTTP/1.1 400").contains("did you mean 'failover'?").contains("\"redundancy-lost\"");
        assertThat(get("/v1/events?since=-1")).startsWith("HTTP/1.1 400").contains("a whole number from 0");
    }

    @Test
    void streamsWhatIsKeptAndWhatComes() throws IOException {
        post(2);
        try (var channel = ask("/v1/events", STREAM)) {
            var in = stream(channel);
            assertThat(next(in, "content-type: ")).isEqualTo("text/event-stream");
            assertThat(next(in, "id: ")).isEqualTo("1");
            assertThat(next(in, "data: ")).startsWith("{\"seq\":1,");
            assertThat(next(in, "id: ")).isEqualTo("2");
            post(1);
            assertThat(next(in, "id: ")).isEqualTo("3");
        }
    }

    @Test
    void goesOnWhereAClientWas() throws IOException {
        post(5);
        try (var channel = ask("/v1/events?since=1", STREAM, "Last-Event-ID: 3\r\n")) {
            assertThat(next(stream(channel), "id: ")).isEqualTo("4");
        }
        assertThat(get("/v1/events")).contains("\"seq\":5");
    }

    @Test
    void saysThatTheLabEndsAndEnds() throws IOException {
        try (var channel = ask("/v1/events", STREAM)) {
            var in = stream(channel);
            assertThat(next(in, "retry: ")).isEqualTo("2000");
            post(1);
            lab.events().close();
            assertThat(next(in, "id: ")).isEqualTo("1");
            assertThat(next(in, "event: ")).isEqualTo("end");
            assertThat(next(in, "there is nothing more")).isEqualTo("nothing");
        }
    }

    /// A client that does not read fills its socket and then stands still; the lab posts on, and tells the client afterwards what it missed.
    @Test
    void aClientThatDoesNotReadLosesEventsAndIsToldHowMany() throws IOException {
        int posted = 2000;
        var text = "x".repeat(1000);
        try (var channel = ask("/v1/events", STREAM)) {
            var in = stream(channel);
            assertThat(next(in, "retry: ")).isEqualTo("2000");
            for (int i = 0; i < posted; i++) {
                lab.events().post(EventType.SETTINGS_CHANGED, "campus", text);
            }
            long seen = 0;
            long missed = 0;
            long last = 0;
            while (last < posted) {
                var line = in.readLine();
                if (line.startsWith("id: ")) {
                    seen++;
                    last = Long.parseLong(line.substring(4));
                } else if (line.startsWith("data: {\"missed\":")) {
                    missed += Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
            assertThat(missed).isPositive();
            assertThat(seen + missed).isEqualTo(posted);
        }
    }

    @Test
    void aQuietStreamHasHeartbeats() throws IOException {
        var route = new EventRoute(lab, 1);
        var request = Request.of(HttpMethod.GET, "/v1/events", Map.of("accept", "text/event-stream"), new byte[0]);
        var written = new ByteArrayOutputStream();

        ((Answer.Stream) route.answer(new Router.Call(request, List.of()))).writer().write(written, () -> written.toString(UTF_8).contains("\n:\n"));

        assertThat(written.toString(UTF_8)).startsWith("retry: 2000\n\n:\n\n");
    }

    /// Who comes back after a quiet hour has missed nothing that it wanted.
    @Test
    void aHeartbeatTellsHowFarTheFilterHasCome() throws IOException {
        lab.events().post(EventType.SETTINGS_CHANGED, "campus", "x");
        lab.events().post(EventType.SETTINGS_CHANGED, "campus", "y");
        var route = new EventRoute(lab, 1);
        var request = Request.of(HttpMethod.GET, "/v1/events?type=uplink-down", Map.of("accept", "text/event-stream"), new byte[0]);
        var written = new ByteArrayOutputStream();

        ((Answer.Stream) route.answer(new Router.Call(request, List.of()))).writer().write(written, () -> written.toString(UTF_8).contains("\n:\n"));

        assertThat(written.toString(UTF_8)).startsWith("retry: 2000\n\nid: 2\n\n:\n\n");
    }
}
