package io.etherloom.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etherloom.lab.LabException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Every route over a real unix socket, and the scrape over a real TCP port.
@Timeout(30)
class ApiServerTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final FixedLab lab = new FixedLab("campus");
    private final CountDownLatch ended = new CountDownLatch(1);
    private Path socket;
    private ApiServer server;

    @BeforeEach
    void start(@TempDir Path folder) {
        socket = folder.resolve("campus").resolve("api.sock");
        server = ApiServer.start(lab, new ApiServer.Options(socket, ANY_PORT, "1.0+abc"), ended::countDown);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    /// The whole answer to a request that closes its connection.
    private String send(String head, byte[] body) throws IOException {
        try (var channel = connect()) {
            var request = (head + "\r\nHost: lab\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n\r\n").getBytes(UTF_8);
            channel.write(ByteBuffer.wrap(request));
            // Also of a body that is refused: who is answered early may still send what he has.
            for (var rest = ByteBuffer.wrap(body); rest.hasRemaining(); ) {
                channel.write(rest);
            }
            return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
        }
    }

    private String get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1", new byte[0]);
    }

    private String post(String path, String body) throws IOException {
        return send("POST " + path + " HTTP/1.1", body.getBytes(UTF_8));
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    private static void isProblem(String answer, int status, String detail) {
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("content-type: application/problem+json");
        assertThat(body(answer)).startsWith("{\"type\":\"about:blank\",\"title\":\"").contains("\"status\":" + status + ",").contains(detail);
    }

    @Test
    void answersEachViewAsJson() throws IOException {
        assertThat(body(get("/v1/hosts"))).isEqualTo(
            "[{\"name\":\"esx1\",\"namespace\":\"el-campus-esx1\",\"vSwitches\":[\"vSwitch0\"],\"pnics\":[\"vmnic0\"],\"vmkernel\":[\"vmk0\"],\"vms\":1,"
            + "\"advanced\":[{\"name\":\"Net.TeamPolicyUpDelay\",\"value\":0,\"defaultValue\":100}]}]");
        assertThat(body(get("/v1/networks"))).contains("\"label\":\"VM Network\"").contains("\"mismatches\":[\"VLAN differs");
        assertThat(body(get("/v1/vswitches"))).contains("\"mtu\":1500").contains("\"failovers\":1")
            .contains("\"linkDiscovery\":{\"protocol\":\"cdp\",\"operation\":\"listen\"}");
        assertThat(body(get("/v1/portgroups"))).contains("\"inheritedFrom\":\"vss-classic\"");
        assertThat(body(get("/v1/ports"))).contains("\"portId\":33554435").contains("\"drops\":{\"tag_unexpected\":1}");
        assertThat(body(get("/v1/vmkernel"))).contains("\"gateways\":[\"10.0.0.1\"]").contains("\"portId\":33554436");
        assertThat(body(get("/v1/uplinks"))).contains("\"peer\":\"tor1/1\"");
        assertThat(body(get("/v1/teams"))).contains("\"portGroups\":[\"VM Network\",\"DMZ\"]").contains("\"beaconHeardMillisAgo\":null")
            .contains("\"lastChange\":{\"agoMillis\":12345,\"from\":\"vmnic1\",\"to\":\"vmnic0\",\"cause\":\"link down\",\"outageMicros\":850}");
        assertThat(body(get("/v1/shapers"))).contains("\"direction\":\"vm -> switch\",\"averageBitsPerSecond\":8000000");
        assertThat(body(get("/v1/security"))).contains("\"refused\":{\"forged_transmit\":7,\"mac_change_rejected\":0,\"bpdu_filtered\":1}");
        assertThat(body(get("/v1/vms"))).contains("\"namespace\":\"el-campus-web1\"").contains("\"portId\":null");
        assertThat(body(get("/v1/fdb"))).contains("\"ageSeconds\":12");
        assertThat(body(get("/v1/fabric"))).contains("\"physicalSwitch\":\"tor1\"");
        assertThat(body(get("/v1/neighbors"))).contains("\"protocol\":\"cdp\",\"device\":\"tor1\"").contains("\"reason\":\"heard nothing for 35 s\"");
    }

    @Test
    void tellsTheAddressesAtWhichItReallyListens() throws IOException {
        assertThat(get("/v1/lab")).contains("content-type: application/json").contains("Etherloom-Version: 1.0+abc")
            .contains("\"socket\":\"" + socket + "\"").contains("\"metrics\":\"" + server.metricsUrl() + "\"").contains("\"version\":\"1.0+abc\"");
        assertThat(server.metricsUrl()).matches("http://127\\.0\\.0\\.1:[1-9][0-9]*/metrics");
        assertThat(body(get("/v1/version"))).isEqualTo("{\"version\":\"1.0+abc\"}");
    }

    @Test
    void letsOnlyTheOwnerIn() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent()))).isEqualTo("rwx------");
    }

    @Test
    void doesWhatItIsTold() throws IOException {
        assertThat(post("/v1/vms/web1/off", "")).startsWith("HTTP/1.1 204 ");
        assertThat(post("/v1/vms/web1/on", "")).startsWith("HTTP/1.1 204 ");
        assertThat(post("/v1/vms/web1/nics/1/disconnect", "")).startsWith("HTTP/1.1 204 ");
        assertThat(post("/v1/vms/web1/nics/0/connect", "")).startsWith("HTTP/1.1 204 ");
        assertThat(post("/v1/hosts/esx1/pnics/vmnic0/down", "")).startsWith("HTTP/1.1 204 ");
        assertThat(post("/v1/hosts/esx1/pnics/vmnic0/up", "")).startsWith("HTTP/1.1 204 ");
        assertThat(post("/v1/links/tor1/24/down", "")).startsWith("HTTP/1.1 204 ");
        assertThat(lab.done).containsExactly("power web1 false", "power web1 true", "connect web1 1 false", "connect web1 0 true",
            "link esx1 vmnic0 false", "link esx1 vmnic0 true", "link tor1 24 false");
    }

    @Test
    void setsWhatTheBodySaysAsOneChange() throws IOException {
        var body = "{\"security.forgedTransmits\":\"reject\",\"teaming.failback\":null,\"vlan\":20,\"teaming.notifySwitches\":true,"
            + "\"teaming.failoverOrder\":{\"active\":[\"vmnic1\"]}}";
        assertThat(body(post("/v1/settings/portgroup/esx1%2FVM%20Network", body))).isEqualTo(
            "{\"steps\":[{\"action\":\"change\",\"object\":\"port group esx1/VM Network\","
                + "\"detail\":\"security.forgedTransmits accept -> reject (set by hand)\"}],"
                + "\"warnings\":[\"teaming: IP hash needs an EtherChannel\"]}");
        assertThat(lab.done).containsExactly("set PORT_GROUP esx1/VM Network [security.forgedTransmits=reject, teaming.failback=, vlan=20,"
            + " teaming.notifySwitches=true, teaming.failoverOrder={\"active\":[\"vmnic1\"]}]");
    }

    @Test
    void namesTheFaultOfASetting() throws IOException {
        isProblem(post("/v1/settings/portgroup/esx9%2FDMZ", "{\"vlan\":1}"), 404, "did you mean 'esx1'?");
        isProblem(post("/v1/settings/portgroup/esx1%2FDMZ", "{\"vlan\":9999}"), 400, "outside 0-4095");
        isProblem(post("/v1/settings/vm/web1", "{\"vlan\":1}"), 404, "\"expected\":[\"portgroup\",\"vswitch\",\"host\",\"nic\",\"vmkernel\"]");
        isProblem(post("/v1/settings/host/esx1", "vlan=1"), 400, "not a JSON object");
        isProblem(post("/v1/settings/host/esx1", "[1]"), 400, "not a JSON object");
        isProblem(post("/v1/settings/host/esx1", ""), 400, "not a JSON object");
        isProblem(post("/v1/settings/host/esx1", "{}"), 400, "sets nothing");
        assertThat(lab.done).isEmpty();
    }

    @Test
    void plansAndApplies() throws IOException {
        assertThat(body(post("/v1/plan?file=/labs/campus.yaml", "name: campus"))).isEqualTo(
            "[{\"action\":\"change\",\"object\":\"port group esx1/VM Network\",\"detail\":\"vlan 10 -> 20\"},"
                + "{\"action\":\"add\",\"object\":\"vm web2\",\"detail\":\"\"}]");
        assertThat(lab.done).isEmpty();
        post("/v1/apply?file=%2Flabs%2Fcampus.yaml", "name: campus");
        assertThat(lab.done).containsExactly("apply /labs/campus.yaml 12");
    }

    @Test
    void namesTheFaultOfARequest() throws IOException {
        isProblem(post("/v1/vms/web9/off", ""), 404, "\"detail\":\"there is no VM web9\"");
        isProblem(post("/v1/plan?file=/other.yaml", "name: campus"), 409, "was started from /labs/campus.yaml");
        isProblem(post("/v1/plan?file=/labs/campus.yaml", ""), 400, "the file is empty");
        isProblem(post("/v1/plan", "name: campus"), 400, "\\\"file\\\" is missing");
        isProblem(post("/v1/vms/web1/nics/ten/connect", ""), 400, "from 0 to 9");
        isProblem(post("/v1/vms/web1/reboot", ""), 404, "\"expected\":[\"on\",\"off\"]");
        isProblem(get("/v1/capture"), 400, "\\\"port\\\" is missing");
        isProblem(get("/v1/capture?port=web1&snaplen=0"), 400, "\\\"snaplen\\\"");
        isProblem(get("/v1/capture?port=web9"), 404, "there is no port web9");
        isProblem(send("POST /v1/plan?file=x HTTP/1.1", new byte[] {(byte) 0xff}), 400, "not UTF-8");
    }

    @Test
    void tellsAnUnwillingKernelFromABug() throws IOException {
        lab.fault = new LabException(LabException.Kind.ENVIRONMENT, "the kernel refused");
        isProblem(post("/v1/hosts/esx1/pnics/vmnic0/up", ""), 503, "the kernel refused");
        lab.fault = new IllegalStateException("oops");
        lab.fault.setStackTrace(new StackTraceElement[0]);
        isProblem(post("/v1/hosts/esx1/pnics/vmnic0/up", ""), 500, "A bug of Etherloom: java.lang.IllegalStateException: oops");
        assertThat(get("/v1/lab")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void listsTheRoutesToWhoeverIsLost() throws IOException {
        isProblem(get("/v2"), 404, "\"GET /v1/lab\"");
        isProblem(get("/v1/shutdown"), 405, "\"expected\":[\"POST /v1/shutdown\"]");
    }

    @Test
    void refusesWhatIsTooLarge() throws IOException {
        isProblem(post("/v1/plan?file=x", "x".repeat(ApiServer.MAX_BODY_SIZE + 1)), 413, "A body may have");
        isProblem(get("/" + "x".repeat(ApiServer.MAX_LINE_SIZE)), 414, "request line");
        isProblem(send("GET /v1/lab HTTP/1.1\r\nX: " + "x".repeat(ApiServer.MAX_HEADER_SIZE), new byte[0]), 431, "headers");
        assertThat(post("/v1/plan?file=/labs/campus.yaml", "x".repeat(4 * 1024 * 1024))).startsWith("HTTP/1.1 200 ");
    }

    /// What is still on its way when the server has said everything is not cut off.
    @Test
    void aSlowReaderGetsTheEndOfAStream() throws Exception {
        try (var channel = connect()) {
            var body = "{\"command\":[\"sh\",\"-c\",\"head -c 250000 /dev/zero | tr '\\\\0' x\"]}";
            channel.write(ByteBuffer.wrap(("POST /v1/vms/web1/exec HTTP/1.1\r\nHost: lab\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body).getBytes(UTF_8)));
            var answer = new StringBuilder();
            var in = Channels.newInputStream(channel);
            for (var piece = in.readNBytes(1_000); piece.length > 0; piece = in.readNBytes(1_000)) {
                answer.append(new String(piece, UTF_8));
                Thread.sleep(1);
            }
            assertThat(answer.chars().filter(it -> it == 'x').count()).isGreaterThanOrEqualTo(250_000);
            assertThat(answer).contains("{\"exit\":0}").endsWith("\r\n0\r\n\r\n");
        }
    }

    @Test
    void answersRequestsOfOneConnectionInTheirOrder() throws IOException {
        try (var channel = connect()) {
            var both = "GET /v1/hosts HTTP/1.1\r\nHost: lab\r\n\r\nGET /v1/version HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n";
            channel.write(ByteBuffer.wrap(both.getBytes(UTF_8)));
            var answers = new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
            assertThat(answers.indexOf("esx1")).isPositive().isLessThan(answers.indexOf("{\"version\""));
        }
    }

    @Test
    void survivesWhatIsNotHttp() throws IOException {
        try (var channel = connect()) {
            channel.write(ByteBuffer.wrap(new byte[] {0, 1, 2, 13, 10, 13, 10}));
            assertThat(new String(Channels.newInputStream(channel).readAllBytes(), UTF_8)).startsWith("HTTP/1.1 400 ");
        }
        assertThat(get("/v1/lab")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void refusesAConnectionBeyondTheLimit() throws IOException {
        var open = new java.util.ArrayList<SocketChannel>();
        try {
            for (int i = 0; i < 64; i++) {
                open.add(connect());
            }
            try (var one = connect()) {
                isProblem(new String(Channels.newInputStream(one).readAllBytes(), UTF_8).replace("Content-Type", "content-type"), 503, "All 64 connections");
            }
            open.removeFirst().close();
        } finally {
            for (var channel : open) {
                channel.close();
            }
        }
    }

    @Test
    void streamsACaptureInChunksToItsEnd() throws IOException {
        lab.captured.add("one".getBytes(UTF_8));
        lab.captured.add("three".getBytes(UTF_8));
        var answer = get("/v1/capture?port=web1&port=esx1/vmnic0&snaplen=96");
        assertThat(answer).contains("content-type: application/x-pcapng");
        assertThat(body(answer)).isEqualTo("3\r\none\r\n5\r\nthree\r\n0\r\n\r\n");
        assertThat(lab.done).containsExactly("capture [web1, esx1/vmnic0] 96");
    }

    @Test
    void endsACaptureWhoseReaderHasGone() throws Exception {
        lab.isEndless = true;
        lab.captured.add("header".getBytes(UTF_8));
        try (var channel = connect()) {
            channel.write(ByteBuffer.wrap("GET /v1/capture?port=web1 HTTP/1.1\r\nHost: lab\r\n\r\n".getBytes(UTF_8)));
            var read = ByteBuffer.allocate(4096);
            while (!new String(read.array(), 0, read.position(), UTF_8).contains("header")) {
                channel.read(read);
            }
            assertThat(lab.captureEnded.getCount()).isEqualTo(1);
        }
        assertThat(lab.captureEnded.await(10, TimeUnit.SECONDS)).isTrue();
    }

    /// The writer waits for a reader that does not read, instead of filling the memory, and ends when the reader has gone.
    @Test
    void keepsNoMoreThanABoundedPartOfAStalledCapture() throws Exception {
        var piece = new byte[64 * 1024];
        for (int i = 0; i < 400; i++) {
            lab.captured.add(piece);
        }
        try (var channel = connect()) {
            channel.write(ByteBuffer.wrap("GET /v1/capture?port=web1 HTTP/1.1\r\nHost: lab\r\n\r\n".getBytes(UTF_8)));
            channel.read(ByteBuffer.allocate(64));
            assertThat(lab.captureEnded.await(300, TimeUnit.MILLISECONDS)).as("25 MiB were written to a reader of 64 octets").isFalse();
        }
        assertThat(lab.captureEnded.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void endsTheLabAfterItHasAnswered() throws Exception {
        assertThat(post("/v1/shutdown", "")).startsWith("HTTP/1.1 202 ").contains("\"pid\":" + ProcessHandle.current().pid());
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private String scrape(String path) throws IOException {
        int port = java.net.URI.create(server.metricsUrl()).getPort();
        try (var tcp = new Socket(InetAddress.getLoopbackAddress(), port)) {
            tcp.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").getBytes(UTF_8));
            var answer = new ByteArrayOutputStream();
            tcp.getInputStream().transferTo(answer);
            return answer.toString(UTF_8);
        }
    }

    @Test
    void servesMetricsOverTcpAndOverTheSocket() throws IOException {
        assertThat(scrape("/metrics")).contains("content-type: text/plain; version=0.0.4").contains("vswitch_port_rx_packets_total{")
            .contains("jvm_memory_used_bytes{");
        assertThat(get("/metrics")).contains("vswitch_uplink_up{");
        assertThat(send("GET /metrics HTTP/1.1\r\nAccept: application/openmetrics-text", new byte[0])).endsWith("# EOF\n");
    }

    @Test
    void showsNothingElseOverTcp() throws IOException {
        isProblem(scrape("/v1/lab"), 404, "\"expected\":[\"GET /metrics\",\"GET /health\"]");
    }

    @Test
    void isUnhealthyOnceAnAgentHadAFault() throws IOException {
        assertThat(scrape("/health")).startsWith("HTTP/1.1 200 ").endsWith("{\"status\":\"well\",\"agentErrors\":0}");
        lab.agentErrors = 2;
        assertThat(scrape("/health")).startsWith("HTTP/1.1 503 ").endsWith("{\"status\":\"faulty\",\"agentErrors\":2}");
    }

    @Test
    void takesTheNextFreePortWhenTheWantedOneIsTaken(@TempDir Path other) throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var wanted = new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());
            try (var second = ApiServer.start(lab, new ApiServer.Options(other.resolve("s"), wanted, "1"), () -> {})) {
                int port = java.net.URI.create(second.metricsUrl()).getPort();
                assertThat(port).isGreaterThan(taken.getLocalPort()).isLessThan(taken.getLocalPort() + 50);
            }
        }
    }

    @Test
    void saysWhyItCannotListenAndLeavesNothing(@TempDir Path other) {
        var far = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9480);
        assertThatThrownBy(() -> ApiServer.start(lab, new ApiServer.Options(other.resolve("s"), far, "1"), () -> {}))
            .isInstanceOfSatisfying(LabException.class, e -> assertThat(e.kind()).isEqualTo(LabException.Kind.ENVIRONMENT))
            .hasMessageContaining("192.0.2.1");
        assertThat(other.resolve("s")).doesNotExist();
    }

    @Test
    void removesItsSocketWhenItIsClosed() {
        server.close();
        assertThat(socket).doesNotExist();
    }
}
