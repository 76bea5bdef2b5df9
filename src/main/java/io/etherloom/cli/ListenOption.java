package io.etherloom.cli;

import io.etherloom.api.ApiServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--listen` and `--token-file`: the API over TCP, and who may use it.
final class ListenOption {
    private static final String LISTEN = "--listen";
    private static final String TOKEN_FILE = "--token-file";
    private static final int MIN_TOKEN = 16;

    @Option(names = LISTEN, paramLabel = "ADDRESS:PORT",
        description = "Serve the API on this TCP address, too: loopback (127.0.0.1:9580), or any with --token-file. docs/api.md says more.")
    @Nullable String listen;

    @Option(names = TOKEN_FILE, paramLabel = "FILE",
        description = "Whoever asks over TCP must show the token that is in this file, which only you may read.")
    @Nullable String tokenFile;

    /// The options as words for the process of a lab.
    List<String> words() {
        var words = new ArrayList<String>();
        if (listen != null) {
            words.add(LISTEN + "=" + listen);
        }
        if (tokenFile != null) {
            words.add(TOKEN_FILE + "=" + Path.of(tokenFile).toAbsolutePath());
        }
        return words;
    }

    /// What [#words] gave.
    static ListenOption of(List<String> words) {
        var option = new ListenOption();
        for (var word : words) {
            if (word.startsWith(LISTEN + "=")) {
                option.listen = word.substring(LISTEN.length() + 1);
            } else if (word.startsWith(TOKEN_FILE + "=")) {
                option.tokenFile = word.substring(TOKEN_FILE.length() + 1);
            }
        }
        return option;
    }

    boolean isGiven() {
        return listen != null || tokenFile != null;
    }

    /// How the API is served; what is wrong is said before a lab is started.
    ///
    /// @throws Failure with exit code 2
    ApiServer.Options options(Path socket, @Nullable InetSocketAddress metrics, String version) {
        check();
        return new ApiServer.Options(socket, metrics, version, listen == null ? null : address(listen), tokenFile == null ? null : token(Path.of(tokenFile)));
    }

    /// @throws Failure with exit code 2
    void check() {
        if (listen == null && tokenFile != null) {
            throw new Failure(ExitCode.BAD_INPUT, "--token-file says who may ask over TCP; it needs --listen ADDRESS:PORT");
        }
        if (listen != null && tokenFile == null && !address(listen).getAddress().isLoopbackAddress()) {
            throw new Failure(ExitCode.BAD_INPUT, "--listen " + listen + ": " + ApiServer.Options.NEEDS_TOKEN);
        }
        if (tokenFile != null) {
            token(Path.of(tokenFile));
        }
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        var host = text.substring(0, Math.max(colon, 0)).replaceFirst("^\\[(.*)]$", "$1");
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (colon > 0 && port >= 0 && port <= 65_535 && (host.matches("[0-9.]+") || host.contains(":") || host.equals("localhost"))) {
                return new InetSocketAddress(InetAddress.getByName(host), port);
            }
        } catch (NumberFormatException | UnknownHostException _) {
            // Said below.
        }
        throw new Failure(ExitCode.BAD_INPUT, "--listen is ADDRESS:PORT, such as 127.0.0.1:9580 or [::1]:9580, not \"" + text + "\"");
    }

    private static String token(Path file) {
        try {
            var permissions = Files.getPosixFilePermissions(file);
            if (permissions.contains(PosixFilePermission.OTHERS_READ) || permissions.contains(PosixFilePermission.GROUP_READ)) {
                throw new Failure(ExitCode.BAD_INPUT, "others can read " + file + ", so its token is no secret; chmod 600 " + file);
            }
            var token = Files.readString(file).strip();
            if (!token.matches("[!-~]{" + MIN_TOKEN + ",1024}")) {
                throw new Failure(ExitCode.BAD_INPUT, file + " holds no token: one line of " + MIN_TOKEN + " letters and digits or more, such as openssl rand -hex 32 makes");
            }
            return token;
        } catch (IOException e) {
            throw new Failure(ExitCode.BAD_INPUT, "the token cannot be read from " + file + ": " + e.getMessage(), e);
        }
    }
}
