package io.etherloom.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Keeps the JSON Schema in step with what the binder knows.
class TopologySchemaTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private final JsonNode root = read();
    private final Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(root);

    private static JsonNode read() {
        try (var in = Objects.requireNonNull(Topology.class.getResourceAsStream("/schema/topology.schema.json"))) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test void hasExactlyTheKeysThatTheBinderSupports() {
        for (var keys : Keys.values()) {
            var definition = root.path("$defs").path(keys.definition());
            assertThat(definition.path("properties").propertyNames()).as(keys.definition()).containsExactlyInAnyOrderElementsOf(keys.supported());
            assertThat(definition.path("additionalProperties").isBoolean()).as(keys.definition()).isTrue();
        }
        var definitions = new ArrayList<>(Arrays.stream(Keys.values()).map(Keys::definition).toList());
        definitions.add("advanced");
        assertThat(root.path("$defs").propertyNames()).containsExactlyInAnyOrderElementsOf(definitions);
    }

    @Test void knowsTheSupportedAdvancedOptionsWithTheirRanges() {
        var properties = root.path("$defs").path("advanced").path("properties");
        assertThat(properties.propertyNames()).containsExactlyInAnyOrderElementsOf(
            Arrays.stream(AdvancedOption.values()).filter(AdvancedOption::isSupported).map(AdvancedOption::key).toList());
        for (var option : AdvancedOption.values()) {
            var values = properties.path(option.key()).path("anyOf");
            if (option.isAddress()) {
                assertThat(values.path(1).path("format").asString("")).as(option.key()).isEqualTo("ipv4");
            } else if (option.isSupported()) {
                assertThat(values.path(1).path("minimum").asInt()).as(option.key()).isEqualTo(option.minimum());
                assertThat(values.path(1).path("maximum").asInt()).as(option.key()).isEqualTo(option.maximum());
                assertThat(words(values.path(2).path("enum"))).as(option.key()).isEqualTo(option.words());
            }
        }
    }

    private static List<String> words(JsonNode list) {
        var words = new ArrayList<String>();
        list.forEach(word -> words.add(word.asString()));
        return words;
    }

    @Test void knowsEverySpellingOfAPolicy() {
        var teaming = root.path("$defs").path("teaming").path("properties");
        assertThat(words(teaming.path("loadBalancing").path("enum")))
            .containsExactlyElementsOf(Arrays.stream(LoadBalancing.values()).flatMap(balancing -> balancing.spellings().stream()).toList());
        assertThat(words(teaming.path("failureDetection").path("enum")))
            .containsExactlyElementsOf(Arrays.stream(FailureDetection.values()).flatMap(detection -> detection.spellings().stream()).toList());
    }

    @Test void describesEveryKey() {
        for (var definition : root.path("$defs").properties()) {
            assertThat(definition.getValue().path("description").asString("")).as(definition.getKey()).isNotBlank();
            for (var property : definition.getValue().path("properties").properties()) {
                boolean described = property.getValue().has("$ref") || property.getValue().has("description");
                assertThat(described).as(definition.getKey() + "." + property.getKey()).isTrue();
            }
        }
    }

    @Test void findsEveryKeyAndOptionInTheReference() throws IOException {
        var reference = Files.readString(Path.of("docs/topology.md"));
        for (var keys : Keys.values()) {
            assertThat(keys.all()).as(keys.definition()).allSatisfy(key -> assertThat(reference).containsPattern("[`.]" + key + "[`.:]"));
        }
        for (var option : AdvancedOption.values()) {
            int usual = option.defaultFor(Profile.VSS_CLASSIC);
            boolean followsProfile = usual != option.defaultFor(Profile.VI3) || usual != option.defaultFor(Profile.MODERN);
            boolean isNumber = option.words().isEmpty() && !option.isAddress();
            var row = "| `" + option.key() + "` | " + (followsProfile ? "by profile" : isNumber ? option.text(usual) : "`" + option.text(usual) + "`") + " | "
                + (isNumber ? option.minimum() + "-" + option.maximum() : option.isAddress() ? "an IPv4 address" : "`" + String.join("`, `", option.words()) + "`") + " |";
            if (option.isSupported()) {
                assertThat(reference).contains(row);
            } else {
                assertThat(reference).contains("`" + option.key() + "`");
            }
        }
        for (var spelling : Arrays.stream(LoadBalancing.values()).flatMap(balancing -> balancing.spellings().stream()).toList()) {
            assertThat(reference).contains("`" + spelling + "`");
        }
    }

    @Test void acceptsEveryExample() throws IOException {
        for (var example : ExampleTopologiesTest.examples()) {
            assertThat(errors(Files.readString(example))).as(example.toString()).isEmpty();
        }
    }

    @Test void refusesWhatTheBinderRefuses() {
        for (var text : List.of("hosts: {}", "{ name: t, host: {} }", "name: Campus",
            "{ name: t, hosts: { a: { vSwitches: { s: { portGroups: { A: { vlan: 5000 } } } } } } }",
            "{ name: t, hosts: { a: { vSwitches: { s: { security: { promiscuousMode: deny } } } } } }",
            "{ name: t, fabric: { switches: { a: { ports: { '1': { access: 1, trunk: all } } } } } }",
            "{ name: t, hosts: { a: { vSwitches: { s: { teaming: { loadBalancing: loadBased } } } } } }",
            "{ name: t, hosts: { a: { vSwitches: { s: { trafficShaping: { burstSize: 102400 } } } } } }",
            "{ name: t, hosts: { a: { advanced: { Etherloom.IpHashWidth: full } } } }",
            "{ name: t, fabric: { switches: { a: { ports: { '1': { access: 1 } }, etherChannels: { po1: { ports: ['1'], mode: lacpActive } } } } } }",
            "{ name: t, vms: { a: { host: b, nics: [ { } ] } } }")) {
            assertThat(errors(text)).as(text).isNotEmpty();
            assertThat(Marked.problems(text)).as(text).isNotEmpty();
        }
    }

    private List<com.networknt.schema.Error> errors(String yaml) {
        var value = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return schema.validate(JSON.valueToTree(value));
    }
}
