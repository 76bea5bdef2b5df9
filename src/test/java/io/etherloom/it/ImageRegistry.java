package io.etherloom.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.json.JsonMapper;

/// A registry on the engine's loopback with the tests' image, by the [API](https://distribution.github.io/distribution/spec/api/) that engines pull by. It says what is in the
/// image only when it is let.
final class ImageRegistry implements AutoCloseable {
    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String CONFIG = "application/vnd.docker.container.image.v1+json";
    private static final String LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    private static final String NAME = "slow/image";

    private final DockerEngine docker;
    private final HttpServer server;
    private final Map<String, byte[]> byDigest = new HashMap<>();
    private final byte[] manifest;
    private final CountDownLatch isAsked = new CountDownLatch(1);
    private final CountDownLatch mayAnswer = new CountDownLatch(1);

    ImageRegistry(DockerEngine docker, Path folder) throws Exception {
        this.docker = docker;
        docker.good("save", "--output", folder.resolve("image.tar").toString(), DockerEngine.IMAGE);
        assertThat(Command.run("tar", "-xf", folder.resolve("image.tar").toString(), "-C", folder.toString()).status()).isZero();
        var image = JsonMapper.shared().readTree(folder.resolve("manifest.json").toFile()).get(0);
        var config = part(CONFIG, folder.resolve(image.get("Config").asString()));
        var layers = StreamSupport.stream(image.get("Layers").spliterator(), false).map(layer -> part(LAYER, folder.resolve(layer.asString()))).toList();
        manifest = JsonMapper.shared().writeValueAsBytes(Map.of("schemaVersion", 2, "mediaType", MANIFEST, "config", config, "layers", layers));
        server = docker.within(() -> HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0));
        server.createContext("/v2/", this::answer);
        server.setExecutor(Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory()));
        server.start();
    }

    private Map<String, Object> part(String type, Path file) {
        try {
            var octets = Files.readAllBytes(file);
            byDigest.put(digest(octets), octets);
            return Map.of("mediaType", type, "size", octets.length, "digest", digest(octets));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String digest(byte[] octets) {
        try {
            return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var blob = byDigest.get(path.substring(path.lastIndexOf('/') + 1));
            if (path.equals("/v2/")) {
                say(exchange, "application/json", "{}".getBytes(UTF_8));
            } else if (path.startsWith("/v2/" + NAME + "/manifests/")) {
                isAsked.countDown();
                mayAnswer.await();
                say(exchange, MANIFEST, manifest);
            } else if (path.startsWith("/v2/" + NAME + "/blobs/") && blob != null) {
                say(exchange, "application/octet-stream", blob);
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(HttpExchange exchange, String type, byte[] octets) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest(octets));
        boolean hasBody = !exchange.getRequestMethod().equals("HEAD");
        if (!hasBody) exchange.getResponseHeaders().set("Content-Length", Integer.toString(octets.length));
        exchange.sendResponseHeaders(200, hasBody ? octets.length : -1);
        if (hasBody) exchange.getResponseBody().write(octets);
    }

    /// What to pull.
    String image() {
        return "127.0.0.1:" + server.getAddress().getPort() + "/" + NAME + ":1";
    }

    /// What it does not have.
    String missing() {
        return "127.0.0.1:" + server.getAddress().getPort() + "/no/image:1";
    }

    void awaitAsked() throws Exception {
        Await.until("the engine asks for the image", () -> isAsked.getCount() == 0);
    }

    void answer() {
        mayAnswer.countDown();
    }

    /// The engine forgets the image, too.
    @Override
    public void close() {
        mayAnswer.countDown();
        server.stop(0);
        try {
            docker.run("image", "rm", image());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
