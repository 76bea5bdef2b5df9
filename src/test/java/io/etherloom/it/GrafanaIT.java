package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A stock Grafana takes our provisioning tree as it is. Needs Docker with Grafana's image, which is not fetched: it is some 200 MB.
class GrafanaIT {
    private static final String IMAGE = "grafana/grafana:latest";
    private static final Path TREE = Path.of("grafana");

    private static GenericContainer<?> grafana;
    private static HttpClient client;
    private static String url = "";

    @BeforeAll
    static void start() throws Exception {
        DockerEngine.need();
        assumeTrue(isThere(), "needs the image " + IMAGE + ": docker pull " + IMAGE);
        int port = freePort();
        url = "http://127.0.0.1:" + port;
        client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
        // On the network of the machine, as `observe` has it.
        grafana = new GenericContainer<>(DockerImageName.parse(IMAGE))
            .withImagePullPolicy(_ -> false)
            .withNetworkMode("host")
            .withEnv(Map.of("GF_SERVER_HTTP_ADDR", "127.0.0.1", "GF_SERVER_HTTP_PORT", Integer.toString(port), "GF_ANALYTICS_CHECK_FOR_UPDATES", "false",
                "GF_ANALYTICS_REPORTING_ENABLED", "false"))
            .withCopyFileToContainer(MountableFile.forHostPath(TREE.resolve("datasources")), "/etc/grafana/provisioning/datasources")
            .withCopyFileToContainer(MountableFile.forHostPath(TREE.resolve("dashboards")), "/etc/grafana/provisioning/dashboards");
        grafana.start();
        Await.until("Grafana answers", GrafanaIT::isReady);
    }

    @AfterAll
    static void end() {
        if (grafana != null) {
            grafana.stop();
        }
        if (client != null) {
            client.close();
        }
    }

    private static boolean isThere() {
        try {
            DockerClientFactory.lazyClient().inspectImageCmd(IMAGE).exec();
            return true;
        } catch (NotFoundException absent) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isReady() throws InterruptedException {
        try {
            return client.send(request("/api/health"), HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /// All of them, in their folder, with all their panels and variables, and none of them changed on the way.
    @Test
    void hasEveryDashboard() throws Exception {
        var files = dashboards();
        var found = new TreeMap<String, String>();
        Await.until("dashboards are there", () -> {
            found.clear();
            get("/api/search?type=dash-db&limit=100").forEach(it -> found.put(it.path("uid").asString(), it.path("folderTitle").asString()));
            return found.size() >= files.size();
        });
        assertThat(found.keySet()).isEqualTo(files.keySet());
        assertThat(found.values()).containsOnly("Etherloom");
        for (var file : files.entrySet()) {
            var answer = get("/api/dashboards/uid/" + file.getKey());
            assertThat(answer.path("meta").path("provisioned").asBoolean()).as(file.getKey()).isTrue();
            var dashboard = answer.path("dashboard");
            assertThat(dashboard.path("title")).isEqualTo(file.getValue().path("title"));
            assertThat(dashboard.path("panels").size()).as("panels of " + file.getKey()).isEqualTo(file.getValue().path("panels").size()).isPositive();
            assertThat(dashboard.path("templating").path("list").size()).isEqualTo(file.getValue().path("templating").path("list").size());
        }
    }

    @Test
    void hasTheDataSourceThatDashboardsName() throws Exception {
        var source = get("/api/datasources/uid/etherloom-prometheus");
        assertThat(source.path("type").asString()).isEqualTo("prometheus");
        assertThat(source.path("isDefault").asBoolean()).isTrue();
        assertThat(grafana.getLogs()).doesNotContain("level=error logger=provisioning");
    }

    private static Map<String, JsonNode> dashboards() throws IOException {
        var dashboards = new TreeMap<String, JsonNode>();
        try (var files = Files.newDirectoryStream(TREE.resolve("dashboards"), "*.json")) {
            for (var file : files) {
                var dashboard = JsonMapper.shared().readTree(Files.readString(file));
                dashboards.put(dashboard.path("uid").asString(), dashboard);
            }
        }
        return dashboards;
    }

    private static JsonNode get(String path) throws IOException, InterruptedException {
        var answer = client.send(request(path), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    /// As the administrator that a stock Grafana has.
    private static HttpRequest request(String path) {
        var credentials = Base64.getEncoder().encodeToString("admin:admin".getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(10)).header("Authorization", "Basic " + credentials).build();
    }
}
