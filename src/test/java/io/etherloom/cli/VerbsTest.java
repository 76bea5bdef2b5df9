package io.etherloom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.cli.CliBench.Outcome;
import io.etherloom.event.Details;
import io.etherloom.event.EventType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Every verb against labs that answer over real sockets: output, exit code, and silence on stderr when all is well.
@Timeout(60)
class VerbsTest {
    @TempDir Path folder;
    private CliBench bench;

    @BeforeEach
    void open() {
        bench = new CliBench(folder);
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    private String good(String... arguments) {
        var outcome = bench.run(arguments);
        assertThat(outcome).isEqualTo(new Outcome(0, outcome.out(), ""));
        return outcome.out();
    }

    private void bad(int code, String sentence, String... arguments) {
        var outcome = bench.run(arguments);
        assertThat(outcome.err()).contains(sentence).doesNotContain("\tat ");
        assertThat(outcome.code()).isEqualTo(code);
        assertThat(outcome.out()).isEmpty();
    }

    @Test
    void explainsEveryVerbWithAnExampleAndWhatItNeeds() {
        for (var verb : Verbs.NAMES) {
            assertThat(good(verb, "--help")).as(verb).contains("Examples:").contains("etherloom " + verb).contains("Needs ");
        }
        assertThat(good("--help")).contains("Exit codes:").contains("up ").contains("completion").doesNotContain("lab-process");
    }

    @Test
    void refusesBenchmarksThatCannotBe() {
        bench.running("campus");
        bad(2, "which benchmark?", "bench");
        bad(2, "--to", "bench", "rfc2544", "--from", "web1");
        bad(2, "from and to are both web1", "bench", "rfc2544", "--from", "web1", "--to", "web1");
        bad(2, "64 to 9018 octets", "bench", "rfc2544", "--from", "web1", "--to", "web2", "--sizes", "64,63");
        bad(2, "a share is a number of percent", "bench", "rfc2544", "--from", "web1", "--to", "web2", "--loss-tolerance", "much");
        bad(2, "a rate is a number of frames/s", "bench", "rfc2889", "--from", "web1", "--max-rate", "0");
        bad(5, "there is no VM web1", "bench", "rfc2544", "--from", "web1", "--to", "web2");
        bad(5, "there is no VM web1", "bench", "rfc2889", "--from", "web1");
        assertThat(good("bench", "rfc2544", "--help")).contains("Examples:").contains("--bidirectional").contains("default: 2s");
    }

    @Test
    void topWritesBatchesAndRefusesWhatCannotBe() {
        var lab = bench.running("campus");
        bad(4, "no terminal", "top");
        bad(2, "a delay is a number of seconds from 0.2 to 3600, not \"0.1\"", "top", "--batch", "-d", "0.1");
        bad(2, "a delay is a number", "top", "-d", "soon");
        bad(2, "so many intervals", "top", "--batch", "-n", "-1");
        bad(2, "are for --batch", "top", "-a");
        bad(2, "are for --batch", "top", "-o", "json");
        bad(5, "did you mean 'campus'?", "top", "--batch", "--lab", "campsu");
        lab.tops.add(lab.top(1_000_000_000L, 1));
        lab.tops.add(lab.top(3_000_000_000L, 5));
        assertThat(good("top", "--batch", "-d", "0.2", "-n", "1").lines().toList()).hasSize(2).last().asString()
            .startsWith("\"01/02/2026 03:04:08\"").endsWith("\"2000.00\",\"1.60\",\"100.00\",\"4000.00\",\"40.00\",\"1250.00\",\"1.00\",\"1.96\"");
        lab.tops.add(lab.top(1_000_000_000L, 1));
        lab.tops.add(lab.top(3_000_000_000L, 5));
        var line = Row.of(Json.parse(good("top", "campus", "-b", "-d", "0.2", "-n", "1", "-o", "json")));
        assertThat(line.rows("ports").getLast().text("usedBy")).isEqualTo("1001:web1.eth0");
        assertThat(line.rows("ports").getLast().row("transmitted").text("framesPerSecond")).isEqualTo("2000.000");
    }

    @Test
    void refusesWrongUsageWithSuggestions() {
        bad(2, "Did you mean", "shw");
        bad(2, "a verb is missing");
        bad(2, "--output", "ls", "-o", "xml");
        bad(2, "see: etherloom vm --help".substring(5), "vm", "off");
        bad(2, "did you mean 'ports'?", "show", "prots");
    }

    @Test
    void listsLabs() {
        assertThat(good("ls")).isEqualTo("no lab runs; start one: etherloom up topologies/quickstart.yaml" + System.lineSeparator());
        assertThat(good("ls", "-o", "json")).isEqualToIgnoringNewLines("[]");
        bench.running("campus");
        assertThat(good("ls").lines().findFirst().orElseThrow()).matches("NAME +PID +STATE +STARTED +METRICS +TOPOLOGY +SOCKET");
        var labs = Json.rows(good("ls", "-o", "json"));
        assertThat(labs).hasSize(1);
        assertThat(labs.getFirst().members().keySet().stream().map(String::valueOf)).containsExactly(
            "name", "pid", "socket", "metrics", "version", "topology", "startedAt", "rootless", "state");
        assertThat(labs.getFirst().text("name")).isEqualTo("campus");
        assertThat(labs.getFirst().number("pid")).isEqualTo(ProcessHandle.current().pid());
        assertThat(Path.of(labs.getFirst().text("socket"))).exists();
    }

    /// Before anything is started.
    @Test
    void refusesToListenWhereAnybodyCouldAsk() throws IOException {
        bad(2, "without a token the API listens on loopback only", "up", "lab.yaml", "--listen", "0.0.0.0:9580");
        bad(2, "--listen is ADDRESS:PORT", "up", "lab.yaml", "--listen", "9580");
        bad(2, "it needs --listen", "up", "lab.yaml", "--token-file", "token");
        var token = Files.writeString(folder.resolve("token"), "0123456789abcdef\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
        bad(2, "others can read", "up", "lab.yaml", "--listen", "0.0.0.0:9580", "--token-file", token.toString());
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(token, "short");
        bad(2, "holds no token", "up", "lab.yaml", "--listen", "0.0.0.0:9580", "--token-file", token.toString());
    }

    @Test
    void printsEvents() {
        var lab = bench.running("campus");
        lab.events().post(EventType.REDUNDANCY_LOST, "esx1/vSwitch0", "One uplink is left.", Details.of("uplink", "vmnic0"));
        lab.events().post(EventType.VM_POWERED_ON, "web1", "web1 was powered on.");
        assertThat(good("events").lines().toList().getFirst()).matches("2026-01-0[123] [0-9:]{8}\\.678  warning  esx1/vSwitch0         "
            + "One uplink is left\\. \\[esx\\.problem\\.net\\.redundancy\\.lost\\]");
        assertThat(good("events", "--object", "web1", "-o", "json")).startsWith("{\"seq\":2,\"time\":\"2026-01-02T03:04:05.678Z\",\"type\":\"vm-powered-on\"");
        assertThat(good("events", "--since", "1h")).isEmpty();
        bad(2, "did you mean 'failover'?", "events", "--type", "failovr");
        bad(2, "--since is 10m", "events", "--since", "noon");
    }

    /// The exit status says whether the frame arrives.
    @Test
    void tracesAFrame() {
        var lab = bench.running("campus");
        assertThat(good("trace", "--from", "web2", "--to", "web1")).contains("esx1/vSwitch0", "VnicRx", "VLAN 10 (port group VM Network)", "arrives at web1.eth0");
        assertThat(bench.run("trace", "--from", "web2", "--to", "db1").code()).isEqualTo(1);
        assertThat(good("trace", "--from", "web2", "--to", "web1", "-o", "json")).startsWith("{\"from\":\"web2\"").contains("\"arrives\":true");
        good("trace", "--from", "esx1/vmnic0", "--to", "web1", "--pcap", "pcap-samples/ping.pcapng:1");
        assertThat(lab.done).contains("trace web2 web1", "trace esx1/vmnic0 web1");
        bad(2, "and no frame 999", "trace", "--from", "web1", "--pcap", "pcap-samples/ping.pcapng:999");
        bad(2, "was cut when it was captured: 96 of 1514 octets", "trace", "--from", "web1", "--pcap", "pcap-samples/segments.pcapng:1");
        bad(2, "names no frame", "trace", "--from", "web1", "--pcap", "pcap-samples/ping.pcapng");
        bad(2, "leave out one", "trace", "--from", "web1", "--frame", "00", "--pcap", "pcap-samples/ping.pcapng:1");
        bad(2, "--from", "trace", "--to", "web1");
    }

    /// All that is kept comes first, then the end of the lab.
    @Test
    void followsEventsUntilTheLabEnds() {
        var lab = bench.running("campus");
        lab.events().post(EventType.VM_POWERED_ON, "web1", "web1 was powered on.");
        lab.events().close();
        var outcome = bench.run("events", "-f");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out()).contains("web1 was powered on.");
        assertThat(outcome.err()).contains("the lab has ended");
    }

    /// Keys of `-o json` are added, never renamed.
    @Test
    void keepsTheKeysOfEveryView() {
        bench.running("campus");
        keys("hosts", "name", "namespace", "vSwitches", "pnics", "vmkernel", "vms", "advanced");
        keys("networks", "label", "hosts", "vlans", "mismatches");
        keys("vswitches", "host", "name", "mtu", "numPorts", "usedPorts", "uplinks", "portGroups", "failovers", "linkDiscovery",
            "policies");
        keys("portgroups", "host", "vSwitch", "name", "vlan", "tagging", "activePorts", "policies", "overrides");
        keys("ports", "host", "vSwitch", "portId", "usedBy", "teamPnic", "portGroup", "vlan", "mac", "link", "inFrames", "inOctets",
            "outFrames", "outOctets", "dropped", "drops");
        keys("uplinks", "host", "name", "vSwitch", "kind", "peer", "mac", "link", "state", "ports", "inFrames", "inOctets", "outFrames",
            "outOctets", "dropped", "probed", "beaconHeardMillisAgo", "pulled");
        keys("teams", "host", "vSwitch", "team", "portGroups", "loadBalancing", "failureDetection", "notifySwitches", "failback", "inDoubt",
            "lastChange", "uplinks", "ports");
        keys("shapers", "host", "vSwitch", "portId", "usedBy", "portGroup", "direction", "averageBitsPerSecond", "peakBitsPerSecond",
            "burstOctets", "tokenOctets", "queuedFrames", "queueLimit", "passedOctets", "delayedFrames", "droppedFrames");
        keys("security", "host", "vSwitch", "portId", "usedBy", "portGroup", "initialMac", "requestedMac", "effectiveMac",
            "promiscuousRequested", "promiscuousGranted", "policies", "refused");
        keys("vms", "name", "host", "kind", "power", "namespace", "nics", "status");
        keys("vmkernel", "host", "name", "vSwitch", "portGroup", "mac", "addresses", "gateways", "mtu", "services", "portId", "namespace");
        keys("fdb", "where", "vlan", "mac", "port", "type", "ageSeconds");
        keys("fabric", "physicalSwitch", "port", "mode", "vlans", "nativeVlan", "link", "peer", "inFrames", "outFrames", "dropped", "state",
            "etherChannel", "drops");
        keys("neighbors", "owner", "port", "vSwitch", "reason", "neighbor");
    }

    private void keys(String view, String... keys) {
        var first = Json.rows(good("show", view, "-o", "json")).getFirst();
        assertThat(first.members().keySet().stream().map(String::valueOf)).as(view).containsExactly(keys);
    }

    @Test
    void showsTables() {
        bench.running("campus");
        assertThat(good("show", "ports").lines()).containsExactly(
            "HOST   PORT-ID  USED-BY    TEAM-PNIC  DNAME     PORT-GROUP  VLAN  MAC                LINK  IN-FRAMES  IN-OCTETS  OUT-FRAMES  OUT-OCTETS  DROPPED  REASONS",
            "esx1  33554434  vmnic0     -          vSwitch0  -              0  00:50:56:50:00:01  up            5        300           7         420        0  -",
            "esx1  33554435  web1.eth0  vmnic0     vSwitch0  VM Network    10  00:50:56:80:00:01  up            7        420           5         300        1  tag_unexpected=1");
        assertThat(good("show", "portgroups").lines().skip(1)).containsExactly(
            "esx1  vSwitch0  VM Network    10  VST                 1  security.promiscuousMode  reject  vSwitch0",
            "esx1  vSwitch0  VM Network    10  VST                 1  teaming.failback          yes     vss-classic");
        assertThat(good("show", "vms").lines().skip(1)).containsExactly(
            "web1  esx1  namespace  on     eth0  VM Network  10.0.10.11/24  00:50:56:80:00:01  yes        33554435  el-campus-web1",
            "web1  esx1  namespace  on     eth1  VM Network  -              00:50:56:80:00:02  no                -  el-campus-web1");
        assertThat(good("show", "networks")).contains("VM Network  10,20  esx1,esx2  VLAN differs: 10 on esx1, 20 on esx2");
        assertThat(good("show", "vswitches")).contains("elastic");
        assertThat(good("show", "fabric")).contains("-       po1      up    err-disabled  esx1/vmnic0          7           5        1  vlan_not_allowed=1");
        assertThat(good("show", "neighbors").lines().map(String::stripTrailing)).containsExactly(
            "LOCAL  PORT    VSWITCH   PROTOCOL  DEVICE  DEVICE-PORT  NATIVE-VLAN   MTU  CAPABILITIES  ADDRESSES  PLATFORM        AGE  TTL   REASON",
            "esx1   vmnic0  vSwitch0  cdp       tor1    1                      1  9216  switch,igmp   10.0.0.2   cisco WS-C3850  12s  180s  -",
            "tor1   1       -         -         -       -                      -     -  -             -          -               -    -     heard nothing for 35 s");
        assertThat(good("show", "vmotions")).isEqualTo("no vmotions\n");
        good("vmotion", "web1", "--to", "esx2");
        for (var view : Views.NAMES) {
            assertThat(good("show", view).lines()).as(view).hasSizeGreaterThan(1);
        }
    }

    @Test
    void movesVmsAndSaysWhatStandsAgainstIt() {
        var lab = bench.running("campus");
        assertThat(good("vmotion", "web1", "--to", "esx2", "--dry-run")).isEqualTo("nothing stands against moving web1 from esx1 to esx2\n");
        assertThat(lab.done).isEmpty();
        assertThat(good("vmotion", "web1", "--to", "esx2").lines().map(line -> line.replaceAll(" +[0-9.]+ ms$", ""))).containsExactly("web1  validate",
            "web1  prepare", "web1  switchover", "web1  notify", "web1  complete", "moved web1 from esx1 to esx2; its ports were off for",
            "  frames  0 lost, 0 buffered, 0 duplicated", "  peers   it sent nothing for 1.2 ms, none for it",
            "VNIC       UPLINK-BEFORE  UPLINK-AFTER  RARPS", "web1.eth0  vmnic0         vmnic0            5");
        assertThat(lab.done).containsOnly("move web1 esx2");
        lab.done.clear();
        assertThat(good("vmotion", "web1", "--to", "esx2", "--buffer", "64KB", "--stun", "1ms", "--timeout", "5s", "--parallel", "4"))
            .contains("12 buffered (beyond what ESX does)");
        assertThat(lab.done).containsOnly("stun web1 65536", "move web1 esx2");
        bad(2, "--buffer: a size is a number with its unit, 64KB, 4MB or 1GB, not \"64\"; did you mean '64KB'?", "vmotion", "web1", "--to", "esx2", "--buffer", "64");
        bad(2, "--parallel is a number from 1 to 64, not 0", "vmotion", "web1", "--to", "esx2", "--parallel", "0");
        bad(2, "a time is a number with its unit", "vmotion", "web1", "--to", "esx2", "--stun", "5");
        bad(1, "web1 is not being moved", "vmotion", "web1", "--abort");
        bad(1, "refused: web1 from esx1 to esx3\n  CannotAccessNetwork: web1.eth0 is in port group \"VM Network\" on esx1, and esx3 has no port group", "vmotion", "web1",
            "--to", "esx3");
        bad(1, "web1 is on esx1 already", "vmotion", "web1", "--to", "esx1");
        bad(5, "no host esx9; did you mean 'esx1'?", "vmotion", "web1", "--to", "esx9");
        bad(2, "which VM shall go where?", "vmotion", "web1");
        bad(2, "which VM shall go where?", "vmotion", "--to", "esx2");
        assertThat(good("vmotion", "--check").lines()).containsExactly("VM    esx2  esx3", "web1  ok    no", "",
            "web1 to esx3: CannotAccessNetwork: web1.eth0 is in port group \"VM Network\" on esx1, and esx3 has no port group of this label");
        assertThat(good("vmotion", "--check", "-o", "json")).startsWith("{\"web1\":{\"esx2\":[]");
    }

    @Test
    void showsTeams() {
        bench.running("campus");
        assertThat(good("show", "teams").lines()).containsExactly(
            "HOST  VSWITCH   TEAM  PORT-GROUPS     LOAD-BALANCING          DETECTION                          NOTIFY  FAILBACK  LAST-CHANGE",
            "esx1  vSwitch0     1  VM Network,DMZ  originatingVirtualPort  linkStatus                         yes     yes       12 s ago: vmnic1 -> vmnic0 (link down, 0.8 ms to the first frame)",
            "esx1  vSwitch0     2  Probed          sourceMacHash           beaconProbing, in doubt (shotgun)  no      no        -",
            "",
            "HOST  VSWITCH   TEAM  UPLINK  ROLE     STATE       BEACON",
            "esx1  vSwitch0     1  vmnic0  active   in use      -",
            "esx1  vSwitch0     1  vmnic1  active   down        -",
            "esx1  vSwitch0     2  vmnic0  active   no beacons  heard 3 s ago",
            "esx1  vSwitch0     2  vmnic1  standby  down        never heard",
            "esx1  vSwitch0     2  vmnic2  unused   unused      -",
            "",
            "HOST  VSWITCH   TEAM   PORT-ID  USED-BY    PORT-GROUP  UPLINK  WHY",
            "esx1  vSwitch0     1  33554435  web1.eth0  VM Network  vmnic0  failed over from vmnic1");
    }

    @Test
    void showsShapersInTheUnitsOfTheFile() {
        bench.running("campus");
        assertThat(good("show", "shapers").lines()).containsExactly(
            "HOST  VSWITCH    PORT-ID  USED-BY    PORT-GROUP  DIRECTION     AVERAGE  PEAK       BURST   TOKENS  QUEUED  PASSED-OCTETS  DELAYED  DROPPED",
            "esx1  vSwitch0  33554435  web1.eth0  VM Network  vm -> switch  8 Mbps   1500 Mbps  100 MB  1537 B  3/69              420        5        2");
    }

    @Test
    void showsWhatGuestsAskedForAndGot() {
        bench.running("campus");
        assertThat(good("show", "security").lines()).containsExactly(
            "HOST  VSWITCH    PORT-ID  USED-BY    PORT-GROUP  INITIAL-MAC        MAC-ASKED-FOR      EFFECTIVE-MAC      PROMISC  FORGED  MAC-CHANGE  BPDU",
            "esx1  vSwitch0  33554435  web1.eth0  VM Network  00:50:56:80:00:01  02:00:00:00:00:01  00:50:56:80:00:01  refused       7           0     1",
            "",
            "HOST  VSWITCH   PORT-GROUP  POLICY                    VALUE   INHERITED-FROM",
            "esx1  vSwitch0  VM Network  security.promiscuousMode  reject  profile vss-classic",
            "esx1  vSwitch0  VM Network  security.macChanges       reject  set by hand",
            "esx1  vSwitch0  VM Network  security.forgedTransmits  reject  port group VM Network");
    }

    @Test
    void showsUplinksWithTheirBeacons() {
        bench.running("campus");
        assertThat(good("show", "uplinks").lines()).anyMatch(line -> line.contains("usable  heard 412 ms ago"));
    }

    @Test
    void setsSeveralValuesByOneCall() {
        var lab = bench.running("campus");
        var outcome = bench.run("set", "portgroup", "esx1/VM Network", "security.forgedTransmits=reject", "teaming.failback=",
            "teaming.failoverOrder.active=[vmnic1]", "--unset", "vlan");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out().lines()).containsExactly(
            "ACTION  OBJECT                      DETAIL",
            "change  port group esx1/VM Network  security.forgedTransmits accept -> reject (set by hand)");
        assertThat(outcome.err()).isEqualToIgnoringNewLines("etherloom: warning: teaming: IP hash needs an EtherChannel");
        assertThat(lab.done).containsExactly("set PORT_GROUP esx1/VM Network [security.forgedTransmits=reject, teaming.failback=,"
            + " teaming.failoverOrder.active=[vmnic1], vlan=]");
        assertThat(good("set", "portgroup", "esx1/VM Network", "vlan=10")).isEqualToIgnoringNewLines("nothing had to be changed");
        assertThat(good("set", "portgroup", "esx1/VM Network", "vlan=10", "-o", "json")).isEqualToIgnoringNewLines("[]");
    }

    @Test
    void setsNothingThatIsWrong() {
        var lab = bench.running("campus");
        bad(5, "did you mean 'esx1'?", "set", "portgroup", "esx9/DMZ", "vlan=1");
        bad(2, "set portgroup esx1/DMZ: error: vlan: 9999 is outside 0-4095", "set", "portgroup", "esx1/DMZ", "vlan=9999");
        bad(2, "did you mean 'portgroup'?", "set", "portgruop", "esx1/DMZ", "vlan=1");
        bad(2, "write KEY=VALUE", "set", "portgroup", "esx1/DMZ", "vlan");
        bad(2, "nothing is to be set", "set", "portgroup", "esx1/DMZ");
        bad(2, "vlan is given twice", "set", "portgroup", "esx1/DMZ", "vlan=1", "vlan=2");
        bad(2, "TARGET", "set", "portgroup");
        assertThat(lab.done).isEmpty();
    }

    @Test
    void takesTheLabByWordByOptionOrFromTheEnvironment() {
        bad(5, "no lab runs", "show", "vms");
        bench.running("campus");
        bench.running("branch");
        bad(2, "several labs run: branch, campus", "show", "vms");
        bad(5, "did you mean 'campus'?", "show", "vms", "campsu");
        assertThat(good("show", "vms", "campus")).contains("el-campus-web1");
        assertThat(good("show", "vms", "--lab", "branch")).contains("el-branch-web1");
        bench.environment.put("ETHERLOOM_LAB", "branch");
        assertThat(good("show", "vms")).contains("el-branch-web1");
        assertThat(good("show", "vms", "campus")).contains("el-campus-web1");
    }

    @Test
    void doesNotAskALabThatIsStillStarting() {
        bench.claim("campus");
        bad(1, "still starting", "show", "vms");
    }

    @Test
    void saysOnceThatALabIsOfAnotherVersion() {
        bench.running("campus", "0.9+old");
        var outcome = bench.run("vm", "off", "web1");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.err().lines()).singleElement().asString().contains("0.9+old").contains("1.0+abc").contains("down, then up");
    }

    @Test
    void switchesVmsNicsAndLinks() {
        var lab = bench.running("campus");
        assertThat(good("vm", "off", "web1")).isEqualToIgnoringNewLines("web1 is off");
        assertThat(good("nic", "disconnect", "web1")).isEqualToIgnoringNewLines("web1/0 is disconnected");
        good("nic", "connect", "web1/1");
        good("link", "down", "esx1/vmnic0");
        good("link", "up", "tor1/24");
        assertThat(lab.done).containsExactly("power web1 false", "connect web1 0 false", "connect web1 1 true", "link esx1 vmnic0 false",
            "link tor1 24 true");
    }

    @Test
    void suggestsTheNameThatWasMeant() {
        bench.running("campus");
        bad(5, "there is no VM wbe1", "vm", "on", "wbe1");
        bad(5, "did you mean 'web1'?", "exec", "wbe1", "--", "ls");
        bad(5, "there is no port tor1/9", "capture", "--port", "tor1/9", "-w", "-");
        bad(2, "HOST/PNIC", "link", "up", "vmnic0");
        bad(2, "VM/N", "nic", "connect", "web1/x");
    }

    @Test
    void becomesTheCommandInsideTheVm() {
        bench.running("campus");
        good("exec", "web1", "--", "ping", "-c", "3", "web2");
        good("exec", "campus", "web1", "--", "sh", "-c", "echo \"$1\"", "--", "");
        good("exec", "--lab", "campus", "esx1", "--", "true");
        good("exec", "web1");
        assertThat(bench.became.stream().map(command -> command.subList(1, command.size()))).containsExactly(
            java.util.List.of("netns", "exec", "el-campus-web1", "ping", "-c", "3", "web2"),
            java.util.List.of("netns", "exec", "el-campus-web1", "sh", "-c", "echo \"$1\"", "--", ""),
            java.util.List.of("netns", "exec", "el-campus-esx1", "true"),
            java.util.List.of("netns", "exec", "el-campus-web1", "sh"));
    }

    /// A section header, an interface description and frames of one octet, as blocks of 28, 20 and 36 octets.
    private static byte[] pcapng(int frames) {
        var file = ByteBuffer.allocate(28 + 20 + 36 * frames).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0x0a0d0d0a).putInt(28).putInt(0x1a2b3c4d).putShort((short) 1).putShort((short) 0).putLong(-1).putInt(28);
        file.putInt(1).putInt(20).putShort((short) 1).putShort((short) 0).putInt(0).putInt(20);
        for (int i = 0; i < frames; i++) {
            file.putInt(6).putInt(36).putInt(0).putLong(i).putInt(1).putInt(1).putInt(0xaa).putInt(36);
        }
        return file.array();
    }

    @Test
    void writesACaptureToItsEnd() throws IOException {
        var lab = bench.running("campus");
        lab.captured.add(pcapng(3));
        var file = folder.resolve("a.pcapng");
        assertThat(good("capture", "--port", "web1", "--uplink", "esx1/vmnic0", "--snaplen", "96", "-w", file.toString()))
            .isEqualToIgnoringNewLines("3 frames written to " + file);
        assertThat(file).hasBinaryContent(pcapng(3));
        assertThat(lab.done).containsExactly("capture [web1, esx1/vmnic0] 96");
    }

    @Test
    void endsACaptureAfterSoManyFramesOrSoMuchTime() throws IOException {
        var lab = bench.running("campus");
        lab.isEndless = true;
        lab.captured.add(pcapng(3));
        var file = folder.resolve("a.pcapng").toString();
        good("capture", "--port", "web1", "--count", "2", "-w", file);
        assertThat(Path.of(file)).hasBinaryContent(pcapng(2));
        assertThat(good("capture", "--port", "web1", "--duration", "200ms", "-w", file)).startsWith("3 frames");
        bad(2, "did you mean '10s'?", "capture", "--port", "web1", "--duration", "10", "-w", file);
    }

    @Test
    void pipesACaptureWithoutAWordOfItsOwn() {
        var lab = bench.running("campus");
        lab.captured.add(pcapng(1));
        var out = new ByteArrayOutputStream();
        var code = new int[1];
        assertThat(bench.run(out, code, "capture", "--port", "web1", "-w", "-")).isEmpty();
        assertThat(out.toByteArray()).isEqualTo(pcapng(1));
    }

    @Test
    void doesNotTouchTheFileOfACaptureThatCannotBegin() throws IOException {
        bench.running("campus");
        var file = Files.writeString(folder.resolve("old.pcapng"), "old");
        bad(5, "there is no port web9", "capture", "--port", "web9", "-w", file.toString());
        assertThat(file).hasContent("old");
    }

    @Test
    void replaysAFileAndTellsWhatBecameOfIt() {
        var lab = bench.running("campus");
        assertThat(good("replay", "pcap-samples/ping.pcapng", "--port", "web1", "--rate", "20k/s", "--loop", "forever", "--limit-time", "2s"))
            .startsWith("3 frames sent, 2/s").contains("into web1.eth0 in 2.000 s", "2 frames skipped: the file has not all of their octets",
                "1 frame dropped at the port: oversize: ");
        assertThat(lab.done).containsExactly("replay web1 ReplaySettings[rate=20000/s, loops=0, rewriteMacs=false, padCut=false, count=0, limitNanos=2000000000]");
        assertThat(good("replay", "pcap-samples/ping.pcapng", "--port", "web1", "-o", "json")).contains("\"skipped\":{\"cut\":2}");
        bad(2, "there is no file pcap-samples/pong", "replay", "pcap-samples/pong", "--port", "web1");
        bad(2, "did you mean 100/s", "replay", "pcap-samples/ping.pcapng", "--port", "web1", "--rate", "100");
        bad(2, "a number from 1, or forever", "replay", "pcap-samples/ping.pcapng", "--port", "web1", "--loop", "0");
        bad(2, "standard input is there once", "replay", "-", "--port", "web1", "--loop", "2");
        bad(5, "no port web9", "replay", "pcap-samples/ping.pcapng", "--port", "web9");
    }

    @Test
    void answersWiresharkInItsProtocol() {
        assertThat(good("extcap", "--extcap-interfaces", "--extcap-version=4.0")).isEqualTo(ExtcapScript.sentences("interfaces"));
        bench.running("campus");
        assertThat(good("extcap", "--extcap-interfaces").lines().filter(line -> line.startsWith("interface"))).containsExactly(
            "interface {value=campus:lab}{display=Etherloom campus: all ports}",
            "interface {value=campus:drops}{display=Etherloom campus: everything that is dropped}",
            "interface {value=campus:vm:web1}{display=Etherloom campus: VM web1}",
            "interface {value=campus:portgroup:VM_Network}{display=Etherloom campus: port group VM Network}",
            "interface {value=campus:uplink:esx1_vmnic0}{display=Etherloom campus: uplink esx1/vmnic0}");
        assertThat(good("extcap", "--extcap-interface", "campus:lab", "--extcap-dlts")).isEqualTo("dlt {number=1}{name=EN10MB}{display=Ethernet}\n");
        assertThat(good("extcap", "--extcap-interface", "campus:lab", "--extcap-config")).contains("arg {number=0}{call=--drop-only}");
        assertThat(good("extcap", "--extcap-interface", "campus:lab", "--extcap-capture-filter", "vlan 10 and icmp")).isEmpty();
        assertThat(good("extcap", "--extcap-interface", "campus:lab", "--extcap-capture-filter", "icmp and")).contains("syntax error");
        bad(2, "etherloom extcap install", "extcap");
        var fifo = folder.resolve("fifo").toString();
        bad(5, "did you mean 'campus:vm:web1'?", "extcap", "--capture", "--extcap-interface", "campus:vm:web2", "--fifo", fifo);
    }

    @Test
    void installsAScriptThatAnswersWithoutALab() throws Exception {
        var script = folder.resolve("its extcap's").resolve("etherloom");
        assertThat(good("extcap", "install", "--dir", script.getParent().toString())).startsWith("installed " + script);
        assertThat(Files.getPosixFilePermissions(script)).contains(java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE);
        var text = Files.readString(script).replaceFirst("state='.*'", "state='" + folder.toString().replace("'", "'\\\\''") + "/none'");
        Files.writeString(script, text);
        for (var question : java.util.Map.of("--extcap-interfaces", "interfaces", "--extcap-dlts", "dlts", "--extcap-config", "config").entrySet()) {
            var process = new ProcessBuilder(script.toString(), question.getKey()).start();
            assertThat(new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(ExtcapScript.sentences(question.getValue()));
        }
        assertThat(good("extcap", "uninstall", "--dir", script.getParent().toString())).startsWith("removed " + script);
        assertThat(script).doesNotExist();
    }

    @Test
    void printsWhatALabHasLogged() throws IOException {
        var claim = bench.claim("campus");
        assertThat(good("logs")).isEqualToIgnoringNewLines("nothing has been logged yet");
        Files.writeString(claim.record().log(), "event=lab-ready lab=campus\n");
        assertThat(good("logs")).isEqualTo("event=lab-ready lab=campus\n");
    }

    @Test
    void cleansWhatIsLeftAndSaysWhatItSpared() throws IOException {
        assertThat(good("clean")).isEqualToIgnoringNewLines("nothing to remove");
        bench.running("campus");
        // As a process leaves it that was killed: its number and start are nobody's.
        var dead = Files.createDirectories(folder.resolve("state").resolve("dead"));
        var record = Files.readString(folder.resolve("state/campus/lab.json")).replace("\"campus\"", "\"dead\"")
            .replaceFirst("\"startTicks\":[0-9]+", "\"startTicks\":1");
        Files.writeString(dead.resolve("lab.json"), record);
        assertThat(good("clean")).contains("removed what was left of: dead; running and untouched: campus");
        assertThat(dead).doesNotExist();
    }

    @Test
    void tellsItsVersion() {
        assertThat(good("version")).startsWith("etherloom 1.0 (commit abc)" + System.lineSeparator() + "java 2");
    }

    @Test
    void completesVerbsAndOptions() {
        assertThat(good("completion", "zsh")).contains("complete -F").contains("--detach").contains("portgroups")
            .contains("security.forgedTransmits=");
    }

    @Test
    void printsFaultsOfItsOwnAsOneMessage() throws Exception {
        bench.running("campus");
        Files.delete(folder.resolve("state/campus/api.sock"));
        bad(1, "the lab campus cannot be asked", "show", "vms");
    }
}
