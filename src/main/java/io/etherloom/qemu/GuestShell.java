package io.etherloom.qemu;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Runs commands inside the guest that Etherloom ships, by its virtio serial ports: a pair of them carries one command at a time. Any thread.
final class GuestShell implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String vm;
    private final List<Channel> channels = new ArrayList<>();
    /// Whether the guest is in this process.
    private boolean isHere;
    private boolean isClosed;

    /// What goes to the guest and what it prints, and its errors.
    private static final class Channel {
        private final SocketChannel output;
        private final SocketChannel errors;
        /// The last one.
        private @Nullable GuestProcess command;

        Channel(SocketChannel output, SocketChannel errors) {
            this.output = output;
            this.errors = errors;
        }

        boolean isTaken() {
            return command != null && command.isAlive();
        }

        void close() {
            GuestPort.close(output);
            GuestPort.close(errors);
        }
    }

    private GuestShell(String vm, boolean isHere) {
        this.vm = vm;
        this.isHere = isHere;
    }

    /// Connects to all ports, so that the guest waits for requests instead of asking whether somebody is there.
    ///
    /// @param isHere whether the guest begins in this process, or comes to it ([#takeOver])
    static GuestShell connect(String vm, Path folder, boolean isHere) throws IOException {
        var shell = new GuestShell(vm, isHere);
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

    /// Starts a command; a guest that still boots runs it as soon as it can. Waits for one that is still in another process.
    ///
    /// @throws QemuException when as many commands run as there are ports, or the guest is not here any more
    Process start(List<String> command) {
        var bytes = new byte[8];
        RANDOM.nextBytes(bytes);
        var words = command.stream().map(GuestShell::quoted).collect(Collectors.joining(" "));
        var process = take(channel -> new GuestProcess(HexFormat.of().formatHex(bytes), words, channel.output, channel.errors));
        process.begin();
        return process;
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /// The guest has come from another process: commands that run in it go on here, as whoever began them sees it, too. No command begins there any more.
    synchronized void takeOver(GuestShell earlier) {
        var running = earlier.leave();
        for (int i = 0; i < channels.size(); i++) {
            var command = running.get(i);
            if (command != null) {
                var channel = channels.get(i);
                channel.command = command;
                command.goOnAt(channel.output, channel.errors);
            }
        }
        isHere = true;
        notifyAll();
    }

    /// The ports of what runs are closed by itself, once it has heard what this process had still to say.
    ///
    /// @return by port; null where nothing runs
    private synchronized List<@Nullable GuestProcess> leave() {
        if (isClosed) {
            return Collections.nCopies(QemuCommand.SHELL_CHANNELS, null);
        }
        isClosed = true;
        var running = new ArrayList<@Nullable GuestProcess>();
        for (var channel : List.copyOf(channels)) {
            boolean isTaken = channel.isTaken();
            running.add(isTaken ? channel.command : null);
            if (isTaken) {
                channels.remove(channel);
            }
        }
        return running;
    }

    private synchronized GuestProcess take(Function<Channel, GuestProcess> command) {
        awaitGuest();
        if (isClosed) {
            throw new QemuException(vm + " is being powered off, or has just moved");
        }
        for (var channel : channels) {
            if (!channel.isTaken()) {
                var process = command.apply(channel);
                channel.command = process;
                return process;
            }
        }
        throw new QemuException(channels.size() + " commands run in " + vm + " already, which is as many as can; wait until one has ended");
    }

    private synchronized void awaitGuest() {
        try {
            while (!isHere && !isClosed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QemuException(vm + ": interrupted", e);
        }
    }

    /// Commands that run are told that the guest is gone.
    @Override
    public synchronized void close() {
        isClosed = true;
        notifyAll();
        channels.forEach(Channel::close);
    }
}
