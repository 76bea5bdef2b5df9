package io.etherloom.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The filter flags of pktcap-uw (spec 8.13), which become one expression for libpcap. As in the product they do not ask whether a frame is tagged at
/// the point: without `--vlan` they look behind a tag, too.
final class FilterFlags {
    private static final Pattern MAC = Pattern.compile("([0-9a-fA-F]{1,2}[:-]){5}[0-9a-fA-F]{1,2}");
    private static final Pattern IP = Pattern.compile("[0-9a-fA-F:.]+(/[0-9]{1,3})?");
    private static final Pattern NUMBER = Pattern.compile("0[xX][0-9a-fA-F]{1,8}|[0-9]{1,9}");
    private static final Pattern VLAN = Pattern.compile("\\bvlan\\b");
    private static final int MAX_VLAN = 4095;

    @Option(names = "--srcmac", paramLabel = "MAC", description = "Frames from this address.")
    @Nullable String sourceMac;

    @Option(names = "--dstmac", paramLabel = "MAC", description = "Frames to this address.")
    @Nullable String destinationMac;

    @Option(names = "--mac", paramLabel = "MAC", description = "Frames from or to this address.")
    @Nullable String mac;

    @Option(names = "--ethtype", paramLabel = "0xTYPE", description = "Frames of this EtherType, behind a tag.")
    @Nullable String etherType;

    @Option(names = "--vlan", paramLabel = "ID", description = "Frames that have this VLAN ID at the point.")
    @Nullable String vlan;

    @Option(names = "--srcip", paramLabel = "IP[/BITS]", description = "Packets from this address or network.")
    @Nullable String sourceIp;

    @Option(names = "--dstip", paramLabel = "IP[/BITS]", description = "Packets to this address or network.")
    @Nullable String destinationIp;

    @Option(names = "--ip", paramLabel = "IP[/BITS]", description = "Packets from or to this address or network.")
    @Nullable String ip;

    @Option(names = "--proto", paramLabel = "0xPROTO", description = "Packets of this IP protocol: 0x01 ICMP, 0x06 TCP, 0x11 UDP.")
    @Nullable String protocol;

    @Option(names = "--srcport", paramLabel = "PORT", description = "TCP or UDP from this port.")
    @Nullable String sourcePort;

    @Option(names = "--dstport", paramLabel = "PORT", description = "TCP or UDP to this port.")
    @Nullable String destinationPort;

    @Option(names = "--tcpport", paramLabel = "PORT", description = "TCP from or to this port.")
    @Nullable String tcpPort;

    /// The expressions that must all fit: what the flags say, and those that are given.
    ///
    /// @param given by the user; behind `--vlan` they are about what is in the VLAN, unless they name one themselves
    /// @throws Failure with exit code 2 for a value that cannot be
    List<String> expressions(List<String> given) {
        var all = new ArrayList<String>();
        var behindTag = new ArrayList<String>();
        given.stream().filter(it -> !it.isBlank()).forEach(it -> (vlan == null || VLAN.matcher(it).find() ? all : behindTag).add(it));
        var mine = expression();
        if (!mine.isEmpty()) {
            // In one program, since what stands for itself looks for untagged frames.
            all.add(mine + behindTag.stream().map(it -> " and (" + it + ")").collect(Collectors.joining()));
        }
        return all;
    }

    /// The expression; empty without a flag.
    ///
    /// @throws Failure with exit code 2 for a value that cannot be
    String expression() {
        var outside = new ArrayList<String>();
        add(outside, "ether src ", mac("--srcmac", sourceMac));
        add(outside, "ether dst ", mac("--dstmac", destinationMac));
        add(outside, "ether host ", mac("--mac", mac));
        var inside = inside();
        if (vlan != null) {
            outside.add("vlan " + number("--vlan", vlan, MAX_VLAN));
            outside.addAll(inside);
        } else if (!inside.isEmpty()) {
            var all = String.join(" and ", inside);
            // Behind the word vlan libpcap reads all that follows behind a tag, so the untagged case stands first.
            outside.add("((" + all + ") or (vlan and " + all + "))");
        }
        return String.join(" and ", outside);
    }

    private List<String> inside() {
        var inside = new ArrayList<String>();
        if (etherType != null) {
            inside.add("ether proto " + number("--ethtype", etherType, 0xFFFF));
        }
        add(inside, "src ", address("--srcip", sourceIp));
        add(inside, "dst ", address("--dstip", destinationIp));
        add(inside, "", address("--ip", ip));
        if (protocol != null) {
            long number = number("--proto", protocol, 255);
            inside.add("(ip proto " + number + " or ip6 proto " + number + ")");
        }
        port(inside, "src port ", "--srcport", sourcePort);
        port(inside, "dst port ", "--dstport", destinationPort);
        port(inside, "tcp port ", "--tcpport", tcpPort);
        return inside;
    }

    private static void add(List<String> parts, String words, @Nullable String value) {
        if (value != null) {
            parts.add(words + value);
        }
    }

    private static void port(List<String> parts, String words, String flag, @Nullable String text) {
        if (text != null) {
            parts.add(words + number(flag, text, 0xFFFF));
        }
    }

    private static @Nullable String mac(String flag, @Nullable String text) {
        if (text != null && !MAC.matcher(text).matches()) {
            throw new Failure(ExitCode.BAD_INPUT, flag + " is a MAC address such as 00:50:56:00:00:01, not \"" + text + "\"");
        }
        return text == null ? null : text.replace('-', ':');
    }

    private static @Nullable String address(String flag, @Nullable String text) {
        if (text == null) {
            return null;
        }
        if (!IP.matcher(text).matches() || !text.contains(".") && !text.contains(":")) {
            throw new Failure(ExitCode.BAD_INPUT, flag + " is an address or network such as 10.0.0.1, 10.0.0.0/8 or fd00::1, not \"" + text + "\"");
        }
        return (text.contains("/") ? "net " : "host ") + text;
    }

    private static long number(String flag, String text, long largest) {
        long number = NUMBER.matcher(text).matches() ? Long.decode(text.matches("0[0-9]+") ? text.replaceFirst("^0+(?=.)", "") : text) : -1;
        if (number < 0 || number > largest) {
            throw new Failure(ExitCode.BAD_INPUT, flag + " is a number from 0 to " + largest + ", also as 0x" + Long.toHexString(largest) + ", not \"" + text + "\"");
        }
        return number;
    }
}
