package io.etherloom.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
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

        Ports(String name, boolean isHere) throws IOException {
            var own = Files.createDirectory(folder.resolve(name));
            for (int i = 0; i < QemuCommand.SHELL_CHANNELS; i++) {
                for (var path : List.of(QemuCommand.shell(own, i), QemuCommand.shellErrors(own, i))) {
                    servers.add(with(ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path))));
                }
            }
            shell = with(GuestShell.connect("web1", own, isHere));
            for (var server : servers) accepted.add(with(server.accept()));
        }

        /// @return what the guest hears by its first port next
        String line() throws IOException {
            var line = new StringBuilder();
            var octet = ByteBuffer.allocate(1);
            while (accepted.getFirst().read(octet.clear()) > 0 && octet.get(0) != '\n') line.append((char) octet.get(0));
            return line.toString();
        }

        /// @return the mark of the command that it is asked for
        String mark() throws IOException {
            assertThat(line()).as("ends what it has heard of a line").isEmpty();
            var words = line().split(" ");
            assertThat(words).hasSize(3);
            assertThat(words[2]).isEqualTo(".");
            return words[0];
        }

        void assertKill() throws IOException {
            assertThat(line()).isEmpty();
            assertThat(line()).isEqualTo("kill");
        }

        /// The process ends.
        void end() throws IOException {
            for (var channel : accepted) channel.close();
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
        source = new Ports("a", true);
        target = new Ports("b", false);
        process = source.shell.start(List.of("sleep", "3"));
        mark = source.mark();
    }

    /// @return a command that waits for its guest
    private Future<Process> startAtTarget() {
        var begun = new FutureTask<>(() -> target.shell.start(List.of("true")));
        var thread = Thread.ofPlatform().daemon().start(begun);
        while (thread.getState() != Thread.State.WAITING) Thread.onSpinWait();
        return begun;
    }

    private void hasBegun() throws IOException {
        source.output(mark + " begun\n");
        source.errors(mark + " begun\n");
    }

    private void move() throws IOException {
        target.shell.takeOver(source.shell);
        source.end();
        source.shell.close();
    }

    @Test
    void aCommandEndsWithItsMark() throws Exception {
        var ports = new Ports("a", true);
        var process = ports.shell.start(List.of("hostname"));
        var mark = ports.mark();
        ports.errors("of another\n" + mark + " begun\n\n" + mark + " 7\n");
        ports.output("of another\n" + mark + " begun\nweb1\n\n" + mark + " 7\n");
        assertThat(text(process)).isEqualTo("web1\n");
        assertThat(process.waitFor()).isEqualTo(7);
    }

    /// What the source has said is heard to its end, be it after the guest has gone.
    @Test
    void aCommandGoesOnWithItsGuest() throws Exception {
        begin();
        hasBegun();
        source.output("from the source, ");
        source.errors("errors ");
        move();
        assertThat(free(target)).isEqualTo(QemuCommand.SHELL_CHANNELS - 1);
        target.output("from the target\n\n" + mark + " 3\n");
        target.errors("and more\n" + mark + " 3\n");
        assertThat(text(process)).isEqualTo("from the source, from the target\n");
        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("errors and more");
        assertThat(process.waitFor()).isEqualTo(3);
        assertThat(free(target)).isOne();
    }

    @Test
    void aCommandMovesMoreThanOnce() throws Exception {
        begin();
        hasBegun();
        var last = new Ports("c", false);
        target.shell.takeOver(source.shell);
        last.shell.takeOver(target.shell);
        source.output("1");
        source.end();
        target.output("2");
        target.end();
        last.output("3\n" + mark + " 0\n");
        last.errors("\n" + mark + " 0\n");
        assertThat(text(process)).isEqualTo("123");
        assertThat(process.waitFor()).isZero();
    }

    /// The guest goes to another process between the two lines with which it ends a command.
    @Test
    void aCommandWhoseErrorsHaveEndedGoesOnByItsOutput() throws Exception {
        begin();
        hasBegun();
        source.errors("\n" + mark + " 0\n");
        assertThat(process.getErrorStream().readAllBytes()).isEmpty();
        move();
        target.output("\n" + mark + " 0\n");
        assertThat(process.waitFor()).isZero();
        assertThat(free(target)).isEqualTo(QemuCommand.SHELL_CHANNELS);
    }

    /// The source has not read the request, or the end of it, when the guest leaves.
    @Test
    void aRequestThatTheGuestHasNotHeardIsMadeAgain() throws Exception {
        begin();
        process.destroy();
        move();
        assertThat(target.mark()).isEqualTo(mark);
        target.assertKill();
        target.errors(mark + " begun\n\n" + mark + " 137\n");
        target.output(mark + " begun\n\n" + mark + " 137\n");
        assertThat(process.waitFor()).isEqualTo(137);
    }

    @Test
    void aCommandIsNotBegunAgain() throws Exception {
        begin();
        hasBegun();
        source.output("some");
        process.getInputStream().readNBytes(4);
        move();
        target.output("more");
        process.getInputStream().readNBytes(4);
        process.destroy();
        target.assertKill();
    }

    /// Also one that is begun while its guest is on its way.
    @Test
    void aCommandWaitsForItsGuest() throws Exception {
        source = new Ports("a", true);
        target = new Ports("b", false);
        var begun = startAtTarget();
        move();
        mark = target.mark();
        target.errors(mark + " begun\n\n" + mark + " 0\n");
        target.output(mark + " begun\n\n" + mark + " 0\n");
        assertThat(begun.get().waitFor()).isZero();
    }

    @Test
    void aCommandWhoseGuestNeverComesIsRefused() throws Exception {
        target = new Ports("b", false);
        var begun = startAtTarget();
        target.shell.close();
        assertThatThrownBy(begun::get).hasCauseInstanceOf(QemuException.class);
    }

    @Test
    void aCommandWhoseGuestIsGoneIsLost() throws Exception {
        begin();
        hasBegun();
        move();
        target.end();
        assertThat(process.waitFor()).isEqualTo(255);
        assertThatThrownBy(() -> source.shell.start(List.of("true"))).isInstanceOf(QemuException.class).hasMessageContaining("has just moved");
        target.shell.takeOver(source.shell);      // Once is enough.
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
