package io.etherloom.cli;

import io.etherloom.capture.PcapFormatException;
import io.etherloom.capture.PcapReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "trace", description = {"Walk one frame through the lab without sending it: each point that it passes, the value that decided there, and"
    + " where that value comes from.", "Nothing in the lab changes. The exit status is 0 when the frame arrives, else 1."}, footer = {
    "  etherloom trace --from web1 --to web2                   a ping",
    "  etherloom trace --from web1 --to web2 --proto arp       the question before it, a broadcast",
    "  etherloom trace --from web1 --to web2 --size 9014       does a jumbo frame fit?",
    "  etherloom trace --from fw1/1 --to db1 --vlan 20         a guest that tags by itself",
    "  etherloom trace --from web1 --src-mac 02:00:00:00:00:99 --to web2",
    "  etherloom trace --from esx1/vmnic0 --pcap lost.pcapng:7     frame 7 of a file",
    "  etherloom trace --from tor1/24 --frame ffffffffffff0200000000010806...",
    "", "Needs a running lab. docs/trace.md explains what is printed; docs/drop-reasons.md all reasons."})
final class TraceCommand extends Verb {
    @Option(names = "--from", required = true, paramLabel = "PORT",
        description = "Where it enters: a VM (web1), vNIC (web1/1), vmk, uplink (esx1/vmnic0), physical port (tor1/24), machine or router (gw/20).")
    String from = "";

    @Option(names = "--to", paramLabel = "PORT", description = "Who shall get it. Without, it is a broadcast, or goes where --dst-mac or --frame say.")
    @Nullable String to;

    @Option(names = "--vlan", paramLabel = "N", description = "With a tag of this VLAN, 0 to 4095, as the sender would put it on.")
    @Nullable Integer vlan;

    @Option(names = "--proto", paramLabel = "PROTO", description = "arp, icmp (default between IP addresses), tcp or udp.")
    @Nullable String proto;

    @Option(names = "--src-mac", paramLabel = "MAC", description = "Source address; by default the one that the sender uses now.")
    @Nullable String sourceMac;

    @Option(names = "--dst-mac", paramLabel = "MAC", description = "Destination address; by default that of --to, or of the gateway on the way there.")
    @Nullable String destinationMac;

    @Option(names = "--size", paramLabel = "OCTETS", description = "Of the frame, without tag and frame check sequence.")
    @Nullable Integer size;

    @Option(names = "--frame", paramLabel = "HEX", description = "The frame itself, as on the wire at --from.")
    @Nullable String frame;

    @Option(names = "--pcap", paramLabel = "FILE:N", description = "The Nth frame of a pcap or pcapng file, counted from 1.")
    @Nullable String pcap;

    @Option(names = {"-o", "--output"}, paramLabel = "FORMAT", defaultValue = "table",
        description = "table (default), or json: one object whose keys stay what they are.")
    OutputOption.Format format = OutputOption.Format.table;

    @Mixin LabOption lab = new LabOption();

    TraceCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var body = new LinkedHashMap<String, @Nullable Object>();
        body.put("from", from);
        body.put("to", to);
        body.put("frame", given());
        body.put("vlan", vlan);
        body.put("proto", proto);
        body.put("sourceMac", sourceMac);
        body.put("destinationMac", destinationMac);
        body.put("size", size);
        var json = client(lab(lab.name)).post("/v1/trace", Json.text(body));
        var answer = Row.of(Json.parse(json));
        if (format == OutputOption.Format.json) {
            world.out().println(json);
        } else {
            new TraceTree(world.out()).print(answer);
        }
        return answer.isTrue("arrives") ? ExitCode.OK : ExitCode.FAILED;
    }

    private @Nullable String given() {
        if (frame != null && pcap != null) {
            throw new Failure(ExitCode.BAD_INPUT, "--frame and --pcap are two frames, and one is traced; leave out one");
        }
        if ((frame != null || pcap != null) && (proto != null || size != null || sourceMac != null || destinationMac != null)) {
            throw new Failure(ExitCode.BAD_INPUT, "--proto, --size, --src-mac and --dst-mac make a frame, and one is given; leave them out");
        }
        return pcap == null ? frame : ofFile(pcap);
    }

    private static String ofFile(String place) {
        int colon = place.lastIndexOf(':');
        var number = colon < 0 ? "" : place.substring(colon + 1);
        if (!number.matches("[1-9][0-9]{0,8}")) {
            throw new Failure(ExitCode.BAD_INPUT, "\"" + place + "\" names no frame; write FILE:N, frames counted from 1");
        }
        var file = place.substring(0, colon);
        try (var reader = PcapReader.open(Path.of(file))) {
            long wanted = Long.parseLong(number);
            long count = 0;
            for (var read = reader.next(); read != null; read = reader.next()) {
                if (++count == wanted) {
                    if (!read.source().isEthernet()) {
                        throw new Failure(ExitCode.BAD_INPUT, "frame " + number + " of " + file + " is not Ethernet");
                    }
                    if (read.bytes().length < read.originalLength()) {
                        throw new Failure(ExitCode.BAD_INPUT, "frame " + number + " of " + file + " was cut when it was captured: " + read.bytes().length + " of "
                            + read.originalLength() + " octets are there, and the rest may decide; capture it without --snaplen, or give what is known by --frame");
                    }
                    return HexFormat.of().formatHex(read.bytes());
                }
            }
            throw new Failure(ExitCode.BAD_INPUT, file + " has " + TopologyFile.count((int) count, "frame") + ", and no frame " + number);
        } catch (PcapFormatException e) {
            throw new Failure(ExitCode.BAD_INPUT, file + ": " + e.getMessage());
        } catch (IOException e) {
            throw new Failure(ExitCode.BAD_INPUT, "cannot read " + file + ": " + e.getMessage());
        }
    }
}
