package io.etherloom.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands in a guest that the test plays, at the sockets of QEMU's serial ports.
final class GuestShellTest {
    @TempDir
    private Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Ports source;
    private Ports target;
    private Process process;
    private String mark;

    @AfterEach
    void close() throws Exception {
        for (var each : open.reversed()) each.close();
    }

    /// The ports of one process of QEMU, at the guest's side.
    private final class Ports {
        private final List<ServerSocketChannel> servers = new ArrayList<>();
        private final List<SocketChannel> accepted = new ArrayList<>();
        private final GuestShell shell;

        Ports(String name) throws IOException {
            var own = Files.createDirectory(folder.resolve(name));
            for (int i = 0; i < QemuCommand.SHELL_CHANNELS; i++) {
                for (var path : List.of(QemuCommand.shell(own, i), QemuCommand.shellErrors(own, i))) {
                    servers.add(with(ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path))));
                }
            }
            shell = with(GuestShell.connect("web1", own));
            for (var server : servers) accepted.add(with(server.accept()));
        }

        /// @return the mark of the command that the guest is asked for by its first port
        String mark() throws IOException {
            var line = new BufferedReader(new InputStreamReader(Channels.newInputStream(accepted.getFirst()), StandardCharsets.US_ASCII)).readLine();
            return line.substring(0, line.indexOf(' '));
        }

        void output(String words) throws IOException {
            accepted.get(0).write(ByteBuffer.wrap(words.getBytes(StandardCharsets.US_ASCII)));
        }

        void errors(String words) throws IOException {
            accepted.get(1).write(ByteBuffer.wrap(words.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private <T extends AutoCloseable> T with(T each) {
        open.add(each);
        return each;
    }

    private static String text(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private void begin() throws IOException {
        source = new Ports("a");
        target = new Ports("b");
        process = source.shell.start(List.of("sleep", "3"));
        mark = source.mark();
        source.output(mark + " begun\n");
        source.errors(mark + " begun\n");
    }

    private void move() {
        target.shell.takeOver(source.shell);
        source.shell.close();
    }

    @Test
    void aCommandEndsWithItsMark() throws Exception {
        var ports = new Ports("a");
        var process = ports.shell.start(List.of("hostname"));
        var mark = ports.mark();
        ports.errors("of another\n" + mark + " begun\n\n" + mark + " 7\n");
        ports.output("of another\n" + mark + " begun\nweb1\n\n" + mark + " 7\n");
        assertThat(text(process)).isEqualTo("web1\n");
        assertThat(process.waitFor()).isEqualTo(7);
    }

    /// The guest goes to another process between the two lines with which it ends a command.
    @Test
    void aCommandWhoseErrorsHaveEndedIsFollowedByItsOutput() throws Exception {
        begin();
        source.errors("\n" + mark + " 0\n");
        assertThat(process.getErrorStream().readAllBytes()).isEmpty();
        move();
        assertThat(process.waitFor()).as("what the guest said of it").isZero();
        assertThat(free(target)).isEqualTo(QemuCommand.SHELL_CHANNELS - 1);
        target.output("\n" + mark + " 0\n");
        awaitFree(target);
    }

    /// Its port is free when the rest has come.
    @Test
    void aCommandThatRunsIsFollowedToItsEnd() throws Exception {
        begin();
        move();
        assertThat(process.waitFor()).as("lost to whoever began it").isEqualTo(255);
        assertThat(free(target)).isEqualTo(QemuCommand.SHELL_CHANNELS - 1);
        target.errors("more\n\n" + mark + " 0\n");
        assertThat(free(target)).isZero();
        target.output("more\n\n" + mark + " 0\n");
        awaitFree(target);
    }

    /// All others are taken.
    private static void awaitFree(Ports ports) throws Exception {
        for (int turn = 0; free(ports) == 0; turn++) {
            assertThat(turn).as("the port stays taken").isLessThan(1_000);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /// How many commands can be begun; they are.
    private static int free(Ports ports) {
        for (int count = 0;; count++) {
            try {
                ports.shell.start(List.of("true"));
            } catch (QemuException taken) {
                return count;
            }
        }
    }
}
