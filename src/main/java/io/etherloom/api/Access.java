package io.etherloom.api;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who may ask what at one listener.
sealed interface Access {
    /// Why this request is not even looked at, or null.
    Answer.@Nullable Whole refusal(Request request);

    /// @throws ProblemException when this request may not have this route
    default void admit(Request request, Route route) {}

    /// Whoever gets here has passed a check already (the unix socket's mode), or is told nothing worth hiding (metrics).
    record Open() implements Access {
        @Override
        public Answer.@Nullable Whole refusal(Request request) {
            return null;
        }
    }

    /// TCP with a bearer token (RFC 6750, 2.1), which is compared in the same time whatever is sent.
    record Token(byte[] digest) implements Access {
        static Token of(String token) {
            return new Token(digest(token));
        }

        @Override
        public Answer.@Nullable Whole refusal(Request request) {
            var sent = request.headers().getOrDefault("authorization", "");
            boolean isBearer = sent.regionMatches(true, 0, "Bearer ", 0, 7);
            if (MessageDigest.isEqual(digest(isBearer ? sent.substring(7).strip() : ""), digest) && isBearer) {
                return null;
            }
            return Answer.problem(Problem.of(HttpResponseStatus.UNAUTHORIZED,
                "The lab wants the token of its --token-file, as in: Authorization: Bearer TOKEN."), Map.of("WWW-Authenticate", "Bearer realm=\"etherloom\""));
        }

        @Override
        public void admit(Request request, Route route) {
            requireMediaType(request);
        }

        private static byte[] digest(String token) {
            try {
                return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// TCP on the loopback interface without a token: any user of the machine, so nothing that runs code with the lab's rights; and no page
    /// in his browser. A page of a foreign name that resolves to this address is known by its `Host`, one of another origin by `Origin` and by
    /// a body in a form that needs no permission.
    record Loopback() implements Access {
        private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

        @Override
        public Answer.@Nullable Whole refusal(Request request) {
            var host = request.headers().getOrDefault("host", "");
            if (!isLoopback(host)) {
                return forbidden("A request without a token names this machine in its Host header, localhost or 127.0.0.1, not \"" + host + "\".");
            }
            var origin = request.headers().get("origin");
            if (origin != null && !isOf(origin, host)) {
                return forbidden("Pages of " + origin + " may not ask this lab.");
            }
            return request.headers().getOrDefault("sec-fetch-site", "none").equals("cross-site") ? forbidden("Pages of other sites may not ask this lab.") : null;
        }

        private static boolean isLoopback(String host) {
            var name = host.replaceFirst(":[0-9]*$", "");
            return NAMES.contains(name.toLowerCase(java.util.Locale.ROOT)) || name.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}");
        }

        private static boolean isOf(String origin, String host) {
            try {
                return host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
            } catch (IllegalArgumentException _) {
                return false;
            }
        }

        private static Answer.Whole forbidden(String sentence) {
            return Answer.problem(Problem.of(HttpResponseStatus.FORBIDDEN, sentence));
        }

        @Override
        public void admit(Request request, Route route) {
            if (route.runsCode()) {
                throw new ProblemException(Problem.of(HttpResponseStatus.FORBIDDEN, "This runs code with the rights of the lab, and any user of this"
                    + " machine can open its port; start the lab with --token-file, or ask over its unix socket."));
            }
            var file = route.fileParameter();
            if (file != null && request.query().containsKey(file)) {
                throw new ProblemException(Problem.of(HttpResponseStatus.FORBIDDEN, "\"" + file + "\" is opened with the rights of the lab, and any"
                    + " user of this machine can open its port; send the file as the body, or ask over the lab's unix socket."));
            }
            requireMediaType(request);
        }
    }

    /// Forms of HTML send bodies that no browser asks about before, so those are refused.
    private static void requireMediaType(Request request) {
        if (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.DELETE)) {
            return;
        }
        var type = request.headers().getOrDefault("content-type", "").replaceFirst(";.*", "").strip();
        if (!MEDIA_TYPES.contains(type.toLowerCase(java.util.Locale.ROOT))) {
            throw new ProblemException(Problem.of(HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
                (type.isEmpty() ? "Over TCP a POST has a Content-Type" : "A body is no " + type) + ".", MEDIA_TYPES));
        }
    }

    List<String> MEDIA_TYPES = List.of("application/json", "application/yaml", "application/octet-stream", "application/vnd.tcpdump.pcap", "application/x-pcapng");
}
