package io.etherloom.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What Open vSwitch's userspace datapath does without any system call: one polling thread of its DPDK build, fed from memory by DPDK's
/// pcap driver with frames of 60 octets to 99 addresses in random order, into its null driver. Once with the action NORMAL and all
/// addresses known, which is what a virtual switch does; once with one flow that names the port. It is the traffic of the core's rows with
/// 100 ports, but for the one port of all addresses.
final class DpdkCore {
    static final Quantity NORMAL = Quantity.rate("core, Open vSwitch's NORMAL", Unit.FRAMES);
    static final Quantity FLOW = Quantity.rate("core, Open vSwitch's direct flow", Unit.FRAMES);

    private static final Path DAEMON = Path.of("/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk");
    private static final String BRIDGE = "br0";
    private static final int IN = 1;
    private static final int OUT = 2;
    private static final int ADDRESSES = 99;
    private static final int LAST_OCTET = 5;
    private static final int TRAFFIC_FRAMES = 8192;
    private static final long SETTLE_MILLIS = 500;
    private static final Pattern SENT = Pattern.compile("tx pkts=([0-9]+)");
    /// From and to locally administered addresses, IPv4 and UDP, checksums left out, as no one looks at them.
    private static final byte[] FRAME = HexFormat.of().parseHex(
        "0200000001000200000000010800" + "4500002e000100004011" + "0000" + "0a0900010a090002" + "03e807d0001a0000" + "00".repeat(18));

    private final Run run;
    private @Nullable OvsDaemons daemons;
    private @Nullable Peer peer;

    DpdkCore(Run run) {
        this.run = run;
    }

    /// Starts it, or notes why not.
    void start() {
        var lanes = new ArrayList<Run.Lane>();
        run.add(lanes, Subject.OVS_DPDK, "", this::make);
        peer = lanes.isEmpty() ? null : lanes.getFirst().peer();
    }

    private Peer make() throws Unavailable {
        Peers.requireRoot();
        Commands.require(DAEMON, "openvswitch-switch-dpdk");
        var namespace = Ground.of(run, List.of("dpdk")).namespace("dpdk");
        var traffic = run.scratch().file("traffic.pcap");
        write(traffic);
        var started = OvsDaemons.start(run, namespace, DAEMON, List.of("other_config:dpdk-init=true",
            "other_config:pmd-cpu-mask=0x" + Integer.toHexString(1 << Cpus.SWITCH),
            // No huge pages, no files and no devices of the machine.
            "other_config:dpdk-extra=\"-c 0x" + Integer.toHexString(1 << Cpus.SWITCH)
                + " --no-huge --legacy-mem --no-shconf --no-pci --no-telemetry -m 1024\""));
        daemons = started;
        started.configure("add-br", BRIDGE, "--", "set", "bridge", BRIDGE, "datapath_type=netdev", "fail-mode=standalone",
            "--", "add-port", BRIDGE, "in", "--", "set", "interface", "in", "type=dpdk", "ofport_request=" + IN,
            "options:dpdk-devargs=net_pcap0,rx_pcap=" + traffic + ",infinite_rx=1",
            "--", "add-port", BRIDGE, "out", "--", "set", "interface", "out", "type=dpdk", "ofport_request=" + OUT,
            "options:dpdk-devargs=net_null0,no-rx=1");
        for (int address = 0; address < ADDRESSES; address++) {
            started.ask("fdb/add", BRIDGE, "out", "0", "02:00:00:00:01:%02x".formatted(address));
        }
        return new Peer(Subject.OVS_DPDK, namespace, List.of(), List.of(started.vSwitch()));
    }

    /// A capture file (libpcap's format, microseconds).
    private static void write(Path file) {
        var octets = ByteBuffer.allocate(24 + TRAFFIC_FRAMES * (16 + FRAME.length)).order(ByteOrder.LITTLE_ENDIAN);
        octets.putInt(0xA1B2C3D4).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0).putInt(65_535).putInt(1);
        var random = new SplittableRandom(1);
        for (int i = 0; i < TRAFFIC_FRAMES; i++) {
            octets.putInt(0).putInt(i).putInt(FRAME.length).putInt(FRAME.length);
            int begin = octets.position();
            octets.put(FRAME).put(begin + LAST_OCTET, (byte) random.nextInt(ADDRESSES));
        }
        try {
            Files.write(file, octets.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Measures both for one round.
    void takeTurn() {
        if (peer == null || daemons == null) {
            return;
        }
        peer.resume();
        try {
            measure(daemons, NORMAL, "priority=0,actions=NORMAL");
            measure(daemons, FLOW, "in_port=" + IN + ",actions=output:" + OUT);
            peer.pause();
        } catch (IllegalStateException e) {
            run.results().note(Subject.OVS_DPDK.title() + " was left out on the way: " + e.getMessage());
            peer.pause();
            peer = null;
        }
    }

    private void measure(OvsDaemons daemons, Quantity quantity, String flow) {
        daemons.flows(BRIDGE, "del-flows");
        daemons.flows(BRIDGE, "add-flow", flow);
        Scratch.sleep(SETTLE_MILLIS);
        long sent = sent(daemons);
        long begin = System.nanoTime();
        Scratch.sleep(run.arguments().seconds() * 500L);
        sent = sent(daemons) - sent;
        run.results().add(quantity, Subject.OVS_DPDK, sent * 1e9 / (System.nanoTime() - begin));
    }

    private static long sent(OvsDaemons daemons) {
        var matcher = SENT.matcher(daemons.flows(BRIDGE, "dump-ports", Integer.toString(OUT)));
        if (!matcher.find()) {
            throw new IllegalStateException("Open vSwitch has no port of DPDK; see its log");
        }
        return Long.parseLong(matcher.group(1));
    }
}
