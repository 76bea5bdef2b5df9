package io.etherloom.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// What Docker is answered, in the words of libnetwork's remote drivers.
class NetworkDriverTest {
    private static final String NETWORK = """
        {"NetworkID":"n1","Options":{"com.docker.network.enable_ipv6":false,"com.docker.network.generic":{"portgroup":"VM Network","host":"esx1"}},
         "IPv4Data":[{"AddressSpace":"l","Gateway":"10.0.10.1/24","Pool":"10.0.10.0/24"}],"IPv6Data":[]}""";

    @TempDir
    private Path folder;

    private Path file;
    private final Recorder labs = new Recorder();
    private NetworkDriver driver;

    @BeforeEach
    void begin() {
        file = folder.resolve("state.json");
        driver = new NetworkDriver(labs, file, null);
    }

    private static final class Recorder implements Labs {
        private final List<String> done = new ArrayList<>();

        @Override
        public String lab(@Nullable String name) {
            return name == null ? "only" : name;
        }

        @Override
        public List<String> hosts(String lab, String portGroup) {
            return portGroup.equals("VM Network") ? List.of("esx1", "esx2") : portGroup.equals("DMZ") ? List.of("esx2") : List.of();
        }

        @Override
        public List<String> portGroups(String lab) {
            return List.of("VM Network", "DMZ");
        }

        @Override
        public List<String> vms(String lab) {
            return List.of();
        }

        @Override
        public String arrive(String lab, String vm, String host, String portGroup, String mac, List<String> addresses, String namespace) {
            done.add("arrive " + List.of(lab, vm, host, portGroup, mac, addresses, namespace));
            return "elx0";
        }

        @Override
        public void leave(String lab, String vm) {
            done.add("leave " + lab + " " + vm);
        }
    }

    private Map<String, Object> answer(String method, String body) {
        return driver.answer("NetworkDriver." + method, JsonMapper.shared().readTree(body));
    }

    private String refusal(String options) {
        try {
            answer("CreateNetwork", "{\"NetworkID\":\"n9\",\"Options\":{\"com.docker.network.generic\":" + options + "}}");
            return "";
        } catch (Refused e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void aContainerArrivesWhenItJoinsAndLeavesOnce() {
        assertThat(answer("CreateNetwork", NETWORK)).isEmpty();
        var made = answer("CreateEndpoint", "{\"NetworkID\":\"n1\",\"EndpointID\":\"0123456789abcdef\",\"Interface\":{\"Address\":\"10.0.10.60/24\",\"MacAddress\":\"\"}}");
        assertThat(labs.done).isEmpty();
        var mac = ((Map<?, ?>) made.get("Interface")).get("MacAddress");
        assertThat(String.valueOf(mac)).matches("00:50:56:[0-3][0-9a-f]:[0-9a-f]{2}:[0-9a-f]{2}");
        var joined = answer("Join", "{\"NetworkID\":\"n1\",\"EndpointID\":\"0123456789abcdef\",\"SandboxKey\":\"/run/docker/netns/x\"}");
        assertThat(joined).containsEntry("InterfaceName", Map.of("SrcName", "elx0", "DstPrefix", "eth")).containsEntry("Gateway", "10.0.10.1").doesNotContainKey("GatewayIPv6");
        assertThat(answer("EndpointOperInfo", "{\"EndpointID\":\"0123456789abcdef\"}").toString()).contains("0123456789ab", "only");
        answer("Leave", "{\"EndpointID\":\"0123456789abcdef\"}");
        answer("DeleteEndpoint", "{\"EndpointID\":\"0123456789abcdef\"}");
        assertThat(labs.done).containsExactly("arrive [only, 0123456789ab, esx1, VM Network, " + mac + ", [10.0.10.60/24], /run/docker/netns/x]", "leave only 0123456789ab");
        answer("DeleteNetwork", "{\"NetworkID\":\"n1\"}");
        assertThat(file).doesNotExist();
    }

    @Test
    void anAddressThatDockersUserWroteStays() {
        answer("CreateNetwork", NETWORK);
        assertThat(answer("CreateEndpoint", "{\"NetworkID\":\"n1\",\"EndpointID\":\"e1\",\"Interface\":{\"MacAddress\":\"02:00:00:00:00:07\"}}"))
            .isEqualTo(Map.of("Interface", Map.of()));
    }

    /// The same IP address, the same MAC address; so a container that is started again is who it was.
    @Test
    void derivesTheAddressFromTheIpAddress() {
        answer("CreateNetwork", NETWORK);
        var first = answer("CreateEndpoint", "{\"NetworkID\":\"n1\",\"EndpointID\":\"e1\",\"Interface\":{\"Address\":\"10.0.10.60/24\"}}");
        var second = answer("CreateEndpoint", "{\"NetworkID\":\"n1\",\"EndpointID\":\"e2\",\"Interface\":{\"Address\":\"10.0.10.60/24\"}}");
        var other = answer("CreateEndpoint", "{\"NetworkID\":\"n1\",\"EndpointID\":\"e3\",\"Interface\":{\"Address\":\"10.0.10.61/24\"}}");
        assertThat(second).isEqualTo(first).isNotEqualTo(other);
    }

    @Test
    void oneThatIsBegunAgainKnowsItsNetworksAndDropsWhatIsGone() throws Exception {
        answer("CreateNetwork", NETWORK);
        var sandbox = Files.createFile(folder.resolve("sandbox"));
        for (var id : List.of("here", "gone")) {
            answer("CreateEndpoint", "{\"NetworkID\":\"n1\",\"EndpointID\":\"" + id + "\",\"Interface\":{}}");
            answer("Join", "{\"NetworkID\":\"n1\",\"EndpointID\":\"" + id + "\",\"SandboxKey\":\"" + (id.equals("here") ? sandbox : folder.resolve("none")) + "\"}");
        }
        driver = new NetworkDriver(labs, file, null);
        assertThat(driver.reconcile()).isEqualTo("1 network, 1 endpoint");
        assertThat(labs.done.getLast()).isEqualTo("leave only gone");
        Files.writeString(file, "{");
        assertThatThrownBy(() -> new NetworkDriver(labs, file, null)).isInstanceOf(Refused.class).hasMessageContaining("remove " + file);
    }

    @Test
    void saysWhatIsWrongWithANetwork() {
        assertThat(refusal("{}")).isEqualTo("-o portgroup=LABEL is missing; the lab only has VM Network, DMZ");
        assertThat(refusal("{\"portgroup\":\"Nope\",\"lab\":\"two\"}")).isEqualTo("the lab two has no port group Nope; it has VM Network, DMZ");
        assertThat(refusal("{\"portgroup\":\"VM Network\"}")).as("on several hosts: the first").isEmpty();
        assertThat(refusal("{\"portgroup\":\"VM Network\",\"host\":\"esx9\"}")).isEqualTo("the port group VM Network of the lab only is not on a host esx9 but on esx1, esx2");
        assertThat(refusal("{\"portgroup\":\"DMZ\",\"host\":\"esx1\"}")).isEqualTo("the port group DMZ of the lab only is not on a host esx1 but on esx2");
        assertThat(refusal("{\"portgrup\":\"DMZ\"}")).startsWith("a network of Etherloom has no option portgrup; allowed are");
        assertThat(refusal("{\"portgroup\":\"DMZ\",\"com.docker.network.driver.mtu\":\"1400\"}")).isEmpty();
        assertThatThrownBy(() -> answer("Join", "{\"EndpointID\":\"e9\"}")).isInstanceOf(Refused.class).hasMessageContaining("disconnect the container and connect it again");
        assertThatThrownBy(() -> answer("AllocateNetwork", "{}")).isInstanceOf(Refused.class).hasMessageContaining("AllocateNetwork");
    }
}
