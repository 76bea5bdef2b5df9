package io.etherloom.cli;

import io.etherloom.api.ApiServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Asks one lab over its unix socket: a connection for each request. One thread.
final class LabClient {
    private final String lab;
    private final Path socket;
    private final World world;
    private boolean hasWarned;

    /// @param lab its name, for messages
    LabClient(String lab, Path socket, World world) {
        this.lab = lab;
        this.socket = socket;
        this.world = world;
    }

    /// The body of a GET.
    String get(String path) {
        return whole("GET", path, "", 0);
    }

    /// The same, or null when the lab has not answered by then.
    @Nullable String get(String path, long timeoutMillis) {
        try {
            return whole("GET", path, "", timeoutMillis);
        } catch (Failure _) {
            return null;
        }
    }

    /// The objects of a GET.
    List<Row> rows(String path) {
        return Json.rows(get(path));
    }

    /// The body of a POST.
    String post(String path, String body) {
        return whole("POST", path, body, 0);
    }

    /// One segment of a path, whatever it holds.
    static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private String whole(String method, String path, String body, long timeoutMillis) {
        try (var exchange = open(method, path, body, timeoutMillis)) {
            return HttpInput.text(exchange.body().readAllBytes());
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /// Begins an exchange whose answer is read as it comes.
    ///
    /// @throws Failure when the lab answers with a problem or not at all
    Exchange open(String method, String path, String body, long timeoutMillis) {
        return open(request(method, path, "", body), null, timeoutMillis);
    }

    /// The same for a GET whose answer may have several forms.
    Exchange open(String path, String mediaType) {
        return open(request("GET", path, "Accept: " + mediaType + "\r\n", ""), null, 0);
    }

    /// The same for a POST whose body is sent while its answer comes.
    Exchange upload(String path, InputStream body) {
        return open(head("POST", path, "Transfer-Encoding: chunked\r\n"), body, 0);
    }

    /// Asks for the end of something.
    void delete(String path) {
        whole("DELETE", path, "", 0);
    }

    private Exchange open(ByteBuffer request, @Nullable InputStream upload, long timeoutMillis) {
        HttpInput in = null;
        try {
            var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            in = new HttpInput(channel);
            in.awaitUntil(timeoutMillis == 0 ? null : (Long) (System.nanoTime() + timeoutMillis * 1_000_000));
            send(in, request);
            if (upload != null) {
                HttpUpload.begin(channel, upload);
            }
            var exchange = answer(in);
            in = null;
            return exchange;
        } catch (IOException e) {
            throw unreachable(e);
        } finally {
            close(in);
        }
    }

    private static void send(HttpInput in, ByteBuffer request) {
        try {
            in.send(request);
        } catch (IOException _) {
            // A lab that refuses a body, or has no more to say, closes before it has heard it all. If there is no answer, reading it will tell.
        }
    }

    private static void close(@Nullable HttpInput in) {
        try {
            if (in != null) {
                in.close();
            }
        } catch (IOException _) {
            // Another fault is being told.
        }
    }

    private static ByteBuffer request(String method, String path, String header, String body) {
        var content = body.getBytes(StandardCharsets.UTF_8);
        var head = head(method, path, header + "Content-Length: " + content.length + "\r\n");
        return ByteBuffer.allocate(head.remaining() + content.length).put(head).put(content).flip();
    }

    private static ByteBuffer head(String method, String path, String headers) {
        var head = method + " " + path + " HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n" + headers + "\r\n";
        return ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Exchange answer(HttpInput in) throws IOException {
        var words = in.line().split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.")) {
            throw new IOException("it does not speak HTTP");
        }
        int status = Integer.parseInt(words[1]);
        long length = 0;
        for (var line = in.line(); !line.isEmpty(); line = in.line()) {
            int colon = line.indexOf(':');
            var name = line.substring(0, Math.max(colon, 0));
            var value = line.substring(colon + 1).strip();
            if (name.equalsIgnoreCase("content-length")) {
                length = Long.parseLong(value);
            } else if (name.equalsIgnoreCase("transfer-encoding")) {
                length = -1;
            } else if (name.equalsIgnoreCase(ApiServer.VERSION_HEADER)) {
                compareVersion(value);
            }
        }
        var body = new HttpBody(in, length);
        if (status >= 400) {
            throw refused(status, HttpInput.text(body.readAllBytes()));
        }
        return new Exchange(in, body);
    }

    private void compareVersion(String theirs) {
        if (!hasWarned && !theirs.equals(world.version().toString())) {
            hasWarned = true;
            world.note("the lab " + lab + " runs version " + theirs + ", this is " + world.version()
                + "; start the lab again (down, then up) so that both are the same");
        }
    }

    private static Failure refused(int status, String body) {
        String sentence;
        try {
            var problem = Row.of(Json.parse(body));
            var expected = problem.list("expected");
            sentence = problem.text("detail") + (expected.isEmpty() ? "" : " Expected: " + String.join(", ", expected.stream().map(String::valueOf).toList()));
        } catch (RuntimeException _) {
            sentence = "the lab answered with status " + status;
        }
        return new Failure(ExitCode.ofStatus(status), sentence);
    }

    private Failure unreachable(IOException e) {
        var why = e instanceof SocketTimeoutException ? "it does not answer" : String.valueOf(e.getMessage());
        return new Failure(ExitCode.FAILED, "the lab " + lab + " cannot be asked: " + why + "; see etherloom logs " + lab, e);
    }

    /// An answer that is being read.
    record Exchange(HttpInput in, InputStream body) implements AutoCloseable {
        /// Tells the lab that a stream may end, by asking for something else; what belongs to its end can be read, also where the lab has ended it by itself
        /// just now. Any thread.
        void enough() {
            send(in, request("GET", "/v1/version", "", ""));
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
