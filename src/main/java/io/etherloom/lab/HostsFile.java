package io.etherloom.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/// The text of hosts(5) that the VMs of a lab see.
final class HostsFile {
    private HostsFile() {}

    /// Writes the text in place: a new file would not be seen where the old one is mounted. Never leaves the file empty on the way, since a
    /// program that looks up a name at that moment would ask a name server and wait; a file that says the same already is left alone.
    static void write(Path file, Map<String, List<String>> addresses) throws IOException {
        var text = text(addresses);
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            return;
        }
        var octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
            channel.truncate(octets.limit());
        }
    }

    /// Localhost, the names of the lab in alphabetic order, and this machine's own name, without which sudo and others inside a VM wait.
    static String text(Map<String, List<String>> addresses) {
        var text = new StringBuilder("""
            127.0.0.1 localhost
            ::1 localhost ip6-localhost ip6-loopback
            """);
        addresses.keySet().stream().sorted().forEach(name -> {
            for (var address : addresses.get(name)) text.append(address).append(' ').append(name).append('\n');
        });
        var machine = machineName();
        if (!machine.isEmpty() && !addresses.containsKey(machine)) text.append("127.0.1.1 ").append(machine).append('\n');
        return text.toString();
    }

    private static String machineName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
