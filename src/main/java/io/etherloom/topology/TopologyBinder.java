package io.etherloom.topology;

import io.etherloom.topology.HostInheritance.TooMuch;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Builds a [Topology] from text: reads the YAML, then binds name and profile, fabric, hosts, and VMs, each of which may refer to what came before. Problems
/// are collected all the way, and only at the end decide.
final class TopologyBinder {
    static final int MAX_BYTES = 4 << 20;

    private final Problems problems;
    private final String file;
    private final Settings settings;

    private TopologyBinder(String file, List<Setting> settings) {
        this.file = file;
        this.problems = new Problems(file, settings);
        this.settings = new Settings(settings, problems);
    }

    static Topology bind(byte[] octets, String file) throws TopologyException {
        var binder = new TopologyBinder(file, List.of());
        if (octets.length > MAX_BYTES) {
            throw binder.tooLarge();
        }
        try {
            return binder.bind(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString());
        } catch (CharacterCodingException _) {
            int line = binder.lineOfBadOctet(octets);
            binder.problems.error(line, 1, "", "this line is not UTF-8; save the file in that encoding");
            throw new TopologyException(binder.problems.inFileOrder());
        }
    }

    static Topology bind(String text, String file, List<Setting> settings) throws TopologyException {
        var binder = new TopologyBinder(file, settings);
        // A UTF-16 unit needs one octet of UTF-8 at least, so this is checked before the octets are counted.
        if (text.length() > MAX_BYTES || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw binder.tooLarge();
        }
        return binder.bind(text);
    }

    private TopologyException tooLarge() {
        problems.error(1, 1, "", "the file is larger than 4 MiB; no lab is that large");
        return new TopologyException(problems.inFileOrder());
    }

    private int lineOfBadOctet(byte[] octets) {
        int line = 1;
        int start = 0;
        for (int i = 0; i <= octets.length; i++) {
            if (i == octets.length || octets[i] == '\n') {
                try {
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets, start, i - start));
                } catch (CharacterCodingException _) {
                    return line;
                }
                line++;
                start = i + 1;
            }
        }
        return 1;
    }

    private Topology bind(String text) throws TopologyException {
        var topology = bindDocument(text.startsWith("\uFEFF") ? text.substring(1) : text);
        if (topology == null || problems.hasErrors()) {
            throw new TopologyException(problems.inFileOrder());
        }
        return topology;
    }

    private @Nullable Topology bindDocument(String text) {
        var root = YamlReader.read(text, problems);
        if (root == null && !problems.hasErrors()) {
            problems.error(1, 1, "", "the file is empty; begin with 'name: ' and the name of the lab");
        }
        if (root == null) {
            return null;
        }
        try {
            return bindRoot(new Item(root, "", problems), text);
        } catch (TooMuch tooMuch) {
            tooMuch.report();
            return null;
        }
    }

    private Topology bindRoot(Item root, String text) {
        var body = root.section(Keys.TOPOLOGY);
        var name = name(body);
        var profile = body.word("profile", profiles(), Profile.VSS_CLASSIC);
        var metrics = metrics(body.section("metrics", Keys.METRICS));
        var agents = AgentsBinder.bind(body.get("agents"));
        var binding = new Binding(name, profile, problems, new Names(), new MacLedger(name, root.node()), new AddressLedger());
        var fabricBinder = new FabricBinder(binding, body.section("fabric", Keys.FABRIC));
        var fabric = fabricBinder.bind();
        var attachments = new Attachments(fabricBinder.ports());
        var hosts = new LinkedHashMap<String, Host>();
        for (var host : settings.onHosts(HostInheritance.resolve(body.named("hosts")))) {
            if (binding.claimNode(host, "host")) {
                hosts.put(host.name(), new HostBinder(binding, fabricBinder.ports(), attachments, host).bind());
            }
        }
        var vms = new VmBinder(binding, attachments, hosts, file).bind(settings.onVms(body.named("vms")));
        var vmotion = VMotionBinder.bind(body.section("vmotion", Keys.VMOTION), hosts, vms);
        return new Topology(name, profile, metrics, agents, fabric, hosts, vms, vmotion, problems.inFileOrder(), file, text);
    }

    private static String name(Section body) {
        var item = body.required("name", "begin with 'name: ' and the name of the lab");
        var name = item == null ? null : item.text();
        if (item != null && name != null && !Names.LAB.matcher(name).matches()) {
            item.error("'" + name + "' is no name for a lab; allowed are a-z, 0-9 and '-', not first, at most 24 characters");
        }
        return name == null ? "" : name;
    }

    private static SequencedMap<String, Profile> profiles() {
        var profiles = new LinkedHashMap<String, Profile>();
        for (var profile : Profile.values()) {
            profiles.put(profile.word(), profile);
        }
        return profiles;
    }

    private static Metrics metrics(@Nullable Section section) {
        var item = section == null ? null : section.get("listen");
        var text = item == null ? null : item.text();
        if (item == null || text == null) {
            return Metrics.DEFAULT;
        }
        int colon = text.lastIndexOf(':');
        var port = colon < 0 ? "" : text.substring(colon + 1);
        var address = colon <= 0 ? null : listenAddress(text.substring(0, colon));
        if (address == null || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
            item.error("'" + text + "' is no address and port; write ADDRESS:PORT like 127.0.0.1:9480 or [::1]:9480, with a port of 1-65535");
            return Metrics.DEFAULT;
        }
        return new Metrics(address, Integer.parseInt(port));
    }

    private static @Nullable InetAddress listenAddress(String text) {
        if (text.equals("localhost")) {
            return Metrics.DEFAULT.address();
        }
        boolean isBracketed = text.startsWith("[") && text.endsWith("]");
        var address = AddressNotation.parse(isBracketed ? text.substring(1, text.length() - 1) : text);
        // An IPv6 address without brackets cannot be told from its port.
        return address == null || isBracketed != (address.getAddress().length == 16) ? null : address;
    }
}
