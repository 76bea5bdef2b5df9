package io.etherloom.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Settings below `/proc/sys/net`, which the kernel resolves by the network namespace of the thread that opens the file. So each method
/// acts on the calling platform thread's namespace. Failures are `UncheckedIOException`s that name the setting.
public final class Sysctl {
    private Sysctl() {}

    /// Writes a setting.
    ///
    /// @param name as sysctl(8) writes it, such as `net.ipv4.ip_forward`; an interface name with a dot is written with `/` for the dot
    public static void write(String name, String value) {
        try {
            Files.writeString(path(name), value + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot set " + name + " to " + value, e);
        }
    }

    /// Reads a setting, without the line's end.
    public static String read(String name) {
        // One read for all: these files give only what fits the first one, and then end.
        try (var in = Files.newInputStream(path(name))) {
            var octets = new byte[4096];
            return new String(octets, 0, Math.max(0, in.read(octets)), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    /// Turns IPv6 off for all interfaces, present and future. Otherwise each sends router solicitations and listener reports when it comes
    /// up; 1,000 of them emit some 6,100 frames. A kernel without IPv6 has nothing to turn off.
    public static void disableIpv6() {
        // Written to "all", the kernel sets "default" and every interface as well (addrconf_disable_ipv6).
        writeIfThere("net.ipv6.conf.all.disable_ipv6", "1");
    }

    /// Whether new interfaces get no IPv6, be it that the kernel has none.
    public static boolean isIpv6Disabled() {
        var name = "net.ipv6.conf.default.disable_ipv6";
        return !Files.exists(path(name)) || read(name).equals("1");
    }

    /// Turns IPv6 on or off for one interface, whatever [#disableIpv6] said for all.
    public static void setIpv6(String interfaceName, boolean on) {
        writeIfThere("net.ipv6.conf." + interfaceName.replace('.', '/') + ".disable_ipv6", on ? "0" : "1");
    }

    /// Makes the namespace a router for both IPs, or a host again.
    public static void setForwarding(boolean on) {
        write("net.ipv4.ip_forward", on ? "1" : "0");
        writeIfThere("net.ipv6.conf.all.forwarding", on ? "1" : "0");
    }

    /// Lets every group send pings without a raw socket. In a user namespace that maps one group only, the kernel refuses others, hence
    /// the range is the caller's.
    public static void allowPing(int firstGroup, int lastGroup) {
        write("net.ipv4.ping_group_range", firstGroup + " " + lastGroup);
    }

    private static void writeIfThere(String name, String value) {
        try {
            Files.writeString(path(name), value + "\n");
        } catch (NoSuchFileException e) {
            // No IPv6 in this kernel.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot set " + name + " to " + value, e);
        }
    }

    /// Dots separate, and `/` stands for a dot within a part, as in sysctl(8).
    private static Path path(String name) {
        var file = new StringBuilder("/proc/sys/");
        name.chars().forEach(c -> file.append(c == '.' ? '/' : c == '/' ? '.' : (char) c));
        return Path.of(file.toString());
    }
}
