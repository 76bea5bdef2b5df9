package io.etherloom.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Everything over TCP, by raw sockets: tokens, browsers, and who wants too much.
@Timeout(30)
class ApiOverTcpTest {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String JSON = "Content-Type: application/json\r\n";

    @TempDir Path folder;
    private final FixedLab lab = new FixedLab("campus");
    private @Nullable ApiServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private void start(@Nullable String token, Limits limits) {
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = ApiServer.start(lab, new ApiServer.Options(folder.resolve("api.sock"), null, "1.0", any, token), limits, () -> { });
    }

    private void start(@Nullable String token) {
        start(token, Limits.DEFAULT);
    }

    private int port() {
        return URI.create(server.apiUrl()).getPort();
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port());
    }

    private String ask(String line, String headers, String body) throws IOException {
        try (var socket = connect()) {
            var head = line + " HTTP/1.1\r\nConnection: close\r\n" + headers + "Content-Length: " + body.getBytes(UTF_8).length + "\r\n\r\n" + body;
            socket.getOutputStream().write(head.getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private String host() {
        return "Host: localhost:" + port() + "\r\n";
    }

    private static String status(String answer) {
        return answer.substring(9, 12);
    }

    @Test
    void wantsTheTokenFromEverybody() throws IOException {
        start(TOKEN);
        var bare = ask("GET /v1/lab", host(), "");
        assertThat(status(bare)).isEqualTo("401");
        assertThat(bare).contains("WWW-Authenticate: Bearer").contains("application/problem+json");
        assertThat(status(ask("GET /v1/nothing", host(), ""))).as("nothing is told before").isEqualTo("401");
        assertThat(status(ask("GET /metrics", host(), ""))).isEqualTo("401");
        for (var wrong : new String[] {"Bearer " + TOKEN + "0", "Bearer ", "Basic " + TOKEN, TOKEN, "Bearer " + TOKEN.substring(1)}) {
            assertThat(status(ask("GET /v1/lab", host() + "Authorization: " + wrong + "\r\n", ""))).as(wrong).isEqualTo("401");
        }
        var mine = host() + "Authorization: Bearer " + TOKEN + "\r\n";
        assertThat(ask("GET /v1/lab", mine, "")).startsWith("HTTP/1.1 200").contains("\"api\":\"" + server.apiUrl() + "\"");
        assertThat(status(ask("GET /v1/lab", mine.replace("localhost", "lab.example"), ""))).as("a name is as good as an address").isEqualTo("200");
        assertThat(status(ask("POST /v1/vms/web1/off", mine + JSON, ""))).isEqualTo("204");
        assertThat(lab.done).contains("power web1 false");
    }

    @Test
    void withoutATokenListensOnLoopbackOnly() {
        var everywhere = new InetSocketAddress("0.0.0.0", 0);
        assertThatThrownBy(() -> new ApiServer.Options(folder.resolve("api.sock"), null, "1.0", everywhere, null)).hasMessageContaining("--token-file");
    }

    /// DNS rebinding: a page whose name was made to resolve to this machine.
    @Test
    void refusesAForeignName() throws IOException {
        start(null);
        assertThat(status(ask("GET /v1/lab", host(), ""))).isEqualTo("200");
        assertThat(status(ask("GET /v1/lab", "Host: 127.0.0.1:" + port() + "\r\n", ""))).isEqualTo("200");
        assertThat(status(ask("GET /v1/lab", "Host: evil.example:" + port() + "\r\n", ""))).isEqualTo("403");
        assertThat(status(ask("GET /v1/lab", "Host: localhost.evil.example\r\n", ""))).isEqualTo("403");
        assertThat(status(ask("GET /v1/lab", "", ""))).isEqualTo("403");
    }

    /// Cross-site requests: a browser names the page's origin, and sends without asking only what a form could.
    @Test
    void refusesPagesOfOthers() throws IOException {
        start(null);
        assertThat(status(ask("POST /v1/vms/web1/off", host() + JSON + "Origin: https://evil.example\r\n", ""))).isEqualTo("403");
        assertThat(status(ask("POST /v1/vms/web1/off", host() + JSON + "Origin: null\r\n", ""))).isEqualTo("403");
        assertThat(status(ask("GET /v1/events", host() + "Sec-Fetch-Site: cross-site\r\n", ""))).isEqualTo("403");
        for (var form : new String[] {"", "Content-Type: text/plain\r\n", "Content-Type: application/x-www-form-urlencoded\r\n"}) {
            assertThat(status(ask("POST /v1/vms/web1/off", host() + form, ""))).as(form).isEqualTo("415");
        }
        assertThat(lab.done).isEmpty();
        assertThat(status(ask("POST /v1/vms/web1/off", host() + JSON + "Origin: http://localhost:" + port() + "\r\n", ""))).isEqualTo("204");
    }

    /// Loopback is open to every user of the machine, who may not become the lab's.
    @Test
    void withoutATokenNobodyRunsCode() throws IOException {
        start(null);
        assertThat(ask("POST /v1/vms/web1/exec", host() + JSON, "{\"command\":[\"id\"]}")).startsWith("HTTP/1.1 403").contains("--token-file");
        assertThat(status(ask("POST /v1/apply?file=x", host() + "Content-Type: application/yaml\r\n", "name: x"))).isEqualTo("403");
        assertThat(lab.done).isEmpty();
    }

    /// Nor does he read what only the lab may.
    @Test
    void withoutATokenNobodyNamesAFileOfTheLab() throws IOException {
        start(null);
        assertThat(ask("POST /v1/replay/web1?file=/etc/shadow", host() + JSON, "")).startsWith("HTTP/1.1 403").contains("as the body");
    }

    @Test
    void runsACommandForWhomItKnows() throws IOException {
        start(TOKEN);
        var mine = host() + "Authorization: Bearer " + TOKEN + "\r\n" + JSON;
        var answer = ask("POST /v1/vms/web1/exec", mine, "{\"command\":[\"sh\",\"-c\",\"cat; echo oops >&2; exit 7\"],\"stdin\":\"hello\"}");
        assertThat(answer).startsWith("HTTP/1.1 200").contains("application/x-ndjson").contains("{\"stdout\":\"hello\"}").contains("{\"stderr\":\"oops\\n\"}")
            .contains("{\"exit\":7}");
        assertThat(answer.indexOf("exit\":7")).isGreaterThan(answer.indexOf("oops"));
        assertThat(ask("POST /v1/vms/web9/exec", mine, "{\"command\":[\"id\"]}")).startsWith("HTTP/1.1 404").contains("there is no VM web9");
        assertThat(ask("POST /v1/vms/web1/exec", mine, "{\"command\":[]}")).startsWith("HTTP/1.1 400").contains("a program and its arguments");
    }

    @Test
    void tellsWhatWasLogged() throws IOException {
        lab.logFile = Files.writeString(folder.resolve("lab.log"), "event=lab-ready\n");
        start(null);
        assertThat(ask("GET /v1/logs", host(), "")).startsWith("HTTP/1.1 200").contains("text/plain").contains("event=lab-ready\n");
        assertThat(status(ask("GET /v1/logs?vm=web9", host(), ""))).isEqualTo("404");
        try (var socket = connect()) {
            socket.getOutputStream().write(("GET /v1/logs?follow=true HTTP/1.1\r\n" + host() + "\r\n").getBytes(UTF_8));
            readUntil(socket.getInputStream(), "lab-ready");
            Files.writeString(lab.logFile, "event=later\n", java.nio.file.StandardOpenOption.APPEND);
            readUntil(socket.getInputStream(), "event=later");
        }
    }

    private static void readUntil(InputStream in, String text) throws IOException {
        var read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int octet = in.read();
            assertThat(octet).as("ended after " + read).isNotNegative();
            read.append((char) octet);
        }
    }

    @Test
    void saysWhichMethodsAPathKnows() throws IOException {
        start(null);
        assertThat(ask("DELETE /v1/portgroups", host(), "")).startsWith("HTTP/1.1 405").contains("Allow: GET\r\n").contains("application/problem+json");
    }

    @Test
    void refusesWhatIsTooLarge() throws IOException {
        start(null);
        assertThat(ask("GET /v1/lab?" + "x".repeat(9000), host(), "")).startsWith("HTTP/1.1 414").contains("application/problem+json");
        assertThat(ask("GET /v1/lab", host() + "X: " + "x".repeat(17_000) + "\r\n", "")).startsWith("HTTP/1.1 431").contains("application/problem+json");
    }

    /// Who sends an octet now and then keeps a connection no longer than anybody else.
    @Test
    void endsARequestThatNeverBecomesWhole() throws IOException {
        start(null, new Limits(4, 4, 200));
        try (var socket = connect()) {
            socket.getOutputStream().write("POST /v1/plan?file=x HTTP/1.1\r\nContent-Length: 100\r\nHost: localhost\r\n\r\nna".getBytes(UTF_8));
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).startsWith("HTTP/1.1 408").contains("application/problem+json");
        }
        try (var socket = connect()) {
            socket.getOutputStream().write("GET /v1".getBytes(UTF_8));
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).startsWith("HTTP/1.1 408");
        }
        assertThat(status(ask("GET /v1/lab", host(), ""))).isEqualTo("200");
    }

    /// A stream goes on after the time in which a request has to be whole.
    @Test
    void theTimeOfARequestIsNotThatOfItsAnswer() throws Exception {
        start(null, new Limits(4, 4, 50));
        try (var socket = connect()) {
            socket.getOutputStream().write(("GET /v1/logs?follow=true HTTP/1.1\r\n" + host() + "\r\n").getBytes(UTF_8));
            lab.logFile = folder.resolve("log");
            try (var other = connect()) {      // Ends when its own time is over, which begins after that of the stream.
                other.getOutputStream().write("GET".getBytes(UTF_8));
                assertThat(new String(other.getInputStream().readAllBytes(), UTF_8)).startsWith("HTTP/1.1 408");
            }
            assertThat(server.apiUrl()).isNotEmpty();
            socket.setSoTimeout(1);
            assertThatThrownBy(() -> socket.getInputStream().read()).as("still open").isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @Test
    void carriesOnlySoManyStreams() throws IOException {
        start(null, new Limits(8, 2, 10_000));
        var open = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 2; i++) {
                var socket = connect();
                open.add(socket);
                socket.getOutputStream().write(("GET /v1/events HTTP/1.1\r\nAccept: text/event-stream\r\n" + host() + "\r\n").getBytes(UTF_8));
                readUntil(socket.getInputStream(), "retry:");
            }
            var third = ask("GET /v1/events", host() + "Accept: text/event-stream\r\n", "");
            assertThat(third).startsWith("HTTP/1.1 503").contains("Retry-After: 1").contains("end one of them");
            assertThat(status(ask("GET /v1/events", host(), ""))).as("no stream").isEqualTo("200");
        } finally {
            for (var socket : open) {
                socket.close();
            }
        }
    }

    @Test
    void carriesOnlySoManyConnections() throws IOException {
        start(null, new Limits(2, 2, 10_000));
        try (var one = connect(); var two = connect()) {
            one.getOutputStream().write("GET".getBytes(UTF_8));
            two.getOutputStream().write("GET".getBytes(UTF_8));
            try (var third = connect()) {
                assertThat(new String(third.getInputStream().readAllBytes(), UTF_8)).startsWith("HTTP/1.1 503").contains("All 2 connections");
            }
        }
    }
}
