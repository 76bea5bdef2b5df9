package io.etherloom.cli;

import io.etherloom.lab.GuestConsole;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "console", description = "Type at the serial console of a QEMU guest. Ctrl-] leaves; the guest goes on.", footer = {
    "  etherloom console fw1",
    "", "Needs a running lab and the rights with which it was started. One at a time types; etherloom logs --vm fw1 has what the guest has printed."})
final class ConsoleCommand extends Verb {
    private static final int LEAVE = 0x1D;

    @Parameters(index = "0", paramLabel = "VM", description = "The VM's name.")
    String vm = "";

    @Mixin LabOption lab = new LabOption();

    ConsoleCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() throws IOException {
        var record = lab(lab.name);
        var row = client(record).rows("/v1/vms").stream().filter(it -> it.text("name").equals(vm)).findFirst()
            .orElseThrow(() -> new Failure(ExitCode.NO_SUCH_THING, "there is no VM " + vm + " in this lab"));
        if (!row.text("kind").equals("qemu")) {
            throw new Failure(ExitCode.FAILED, vm + " has no console, being of kind " + row.text("kind") + "; etherloom exec " + vm + " gives a shell");
        }
        var socket = GuestConsole.socket(record, vm);
        if (row.text("power").equals("off") || !Files.exists(socket)) {
            throw new Failure(ExitCode.FAILED, vm + " is off; etherloom vm on " + vm);
        }
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket)); var _ = RawTerminal.begin()) {
            world.note("at the console of " + vm + "; Ctrl-] leaves\r");
            Thread.ofPlatform().daemon().name("keys").start(() -> type(world.in(), channel));
            show(channel);
        } catch (IOException e) {
            throw new Failure(ExitCode.FAILED, "the console of " + vm + " cannot be reached: " + e.getMessage(), e);
        }
        return ExitCode.OK;
    }

    private void show(SocketChannel channel) throws IOException {
        var in = Channels.newInputStream(channel);
        var bytes = new byte[4096];
        try {
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                world.out().write(bytes, 0, count);
                world.out().flush();
            }
            world.note("the guest has ended, or goes on on another host, where etherloom console finds it\r");
        } catch (ClosedChannelException left) {
            // By Ctrl-].
        }
    }

    /// Until Ctrl-], or the end of what is typed and a second for the answer.
    private static void type(InputStream keys, SocketChannel channel) {
        try {
            for (int key = keys.read(); key != LEAVE; key = keys.read()) {
                if (key < 0) {
                    Thread.sleep(1_000);
                    break;
                }
                channel.write(ByteBuffer.wrap(new byte[] {(byte) key}));
            }
            channel.close();
        } catch (IOException e) {
            // The guest has ended, which the other side tells.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The terminal gives every key as it is; closing puts it back. Nothing happens where there is none.
    private record RawTerminal(String before) implements AutoCloseable {
        static RawTerminal begin() throws IOException {
            var before = stty("-g");
            if (!before.isEmpty()) {
                stty("raw", "-echo");
            }
            return new RawTerminal(before);
        }

        private static String stty(String... arguments) throws IOException {
            var words = new ArrayList<>(List.of("stty"));
            words.addAll(List.of(arguments));
            var process = new ProcessBuilder(words).redirectInput(ProcessBuilder.Redirect.INHERIT).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            try {
                return process.waitFor() == 0 ? text : "";
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "";
            }
        }

        @Override
        public void close() {
            if (!before.isEmpty()) {
                try {
                    stty(before);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
