package io.etherloom.qemu;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Runs commands inside the guest that Etherloom ships, by its virtio serial ports: a pair of them carries one command at a time. Any thread.
final class GuestShell implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String vm;
    private final List<Channel> channels = new ArrayList<>();
    private boolean isClosed;

    /// What goes to the guest and what it prints, and its errors.
    private static final class Channel {
        private final SocketChannel output;
        private final SocketChannel errors;
        /// Null when none runs.
        private @Nullable GuestProcess command;

        Channel(SocketChannel output, SocketChannel errors) {
            this.output = output;
            this.errors = errors;
        }

        void close() {
            for (var channel : List.of(output, errors)) {
                try {
                    channel.close();
                } catch (IOException e) {
                    // It is gone all the same.
                }
            }
        }
    }

    private GuestShell(String vm) {
        this.vm = vm;
    }

    /// Connects to all ports, so that the guest waits for requests instead of asking whether somebody is there.
    static GuestShell connect(String vm, Path folder) throws IOException {
        var shell = new GuestShell(vm);
        try {
            for (int i = 0; i < QemuCommand.SHELL_CHANNELS; i++) {
                shell.channels.add(new Channel(SocketChannel.open(UnixDomainSocketAddress.of(QemuCommand.shell(folder, i))),
                    SocketChannel.open(UnixDomainSocketAddress.of(QemuCommand.shellErrors(folder, i)))));
            }
            return shell;
        } catch (IOException e) {
            shell.close();
            throw e;
        }
    }

    /// Starts a command; a guest that still boots runs it as soon as it can.
    ///
    /// @throws QemuException when as many commands run as there are ports
    Process start(List<String> command) {
        var bytes = new byte[8];
        RANDOM.nextBytes(bytes);
        var process = take(HexFormat.of().formatHex(bytes));
        process.begin(command.stream().map(GuestShell::quoted).collect(Collectors.joining(" ")), () -> release(process));
        return process;
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /// The guest has come from another process, and commands run in it that were begun there: their ports are taken until they have ended. Whoever had begun
    /// one is told that it is lost.
    void takeOver(GuestShell earlier) {
        for (int i = 0; i < channels.size(); i++) {
            var command = earlier.command(i);
            if (command != null) {
                var process = follow(channels.get(i), command);
                process.followToEnd(() -> release(process));
            }
        }
    }

    private synchronized GuestProcess follow(Channel channel, GuestProcess earlier) {
        var process = earlier.at(channel.output, channel.errors);
        channel.command = process;
        return process;
    }

    private synchronized @Nullable GuestProcess command(int index) {
        return channels.get(index).command;
    }

    private synchronized GuestProcess take(String mark) {
        if (isClosed) {
            throw new QemuException(vm + " is being powered off");
        }
        for (var channel : channels) {
            if (channel.command == null) {
                var process = new GuestProcess(mark, channel.output, channel.errors);
                channel.command = process;
                return process;
            }
        }
        throw new QemuException(channels.size() + " commands run in " + vm + " already, which is as many as can; wait until one has ended");
    }

    private synchronized void release(GuestProcess command) {
        for (var channel : channels) {
            if (channel.command == command) {
                channel.command = null;
            }
        }
    }

    /// Commands that run are told that the guest is gone.
    @Override
    public synchronized void close() {
        isClosed = true;
        channels.forEach(Channel::close);
    }
}
