package io.etherloom.lab;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// What `lab.json` says about a lab: enough to reach it, to tell whether it still lives, and to remove what it leaves when it is killed.
///
/// @param name       name of the lab, and of its folder
/// @param process    the lab's process
/// @param version    version of Etherloom that runs it
/// @param directory  the lab's folder; not in the file, since it is where the file lies
/// @param metrics    URL of the scrape endpoint; empty before the lab is ready
/// @param topology   absolute path of the file that started it
/// @param startedAt  ISO 8601, UTC
/// @param rootless   whether it runs in a user namespace
/// @param state      how far it is
/// @param engine     by whose command line its containers are reached ([io.etherloom.container.Engine]); empty while it never had any
/// @param namespaces network namespaces that exist or are about to be made: written here first, so that none can be lost
public record LabRecord(
        String name,
        ProcessStamp process,
        String version,
        Path directory,
        String metrics,
        String topology,
        String startedAt,
        boolean rootless,
        State state,
        String engine,
        List<String> namespaces) {
    /// Name of the record inside the lab's folder.
    static final String FILE = "lab.json";

    private static final JsonFactory JSON = new JsonFactory();

    public LabRecord {
        namespaces = List.copyOf(namespaces);
    }

    /// A lab's course of life; in the file in lower case.
    public enum State {
        STARTING,
        READY,
        STOPPING;

        /// As in the file.
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// Process id of the lab.
    public long pid() {
        return process.pid();
    }

    /// The unix socket of the API.
    public Path socket() {
        return directory.resolve("api.sock");
    }

    /// What the lab process writes.
    public Path log() {
        return directory.resolve("lab.log");
    }

    /// The file that VMs see as `/etc/hosts`.
    public Path hosts() {
        return directory.resolve("hosts");
    }

    /// Where the output of a VM's commands goes.
    public Path runLog(String vm) {
        return directory.resolve("run").resolve(vm + ".log");
    }

    /// Name of a VM's namespace in a lab: what `ip netns` shows.
    public static String namespace(String lab, String vm) {
        return "el-" + lab + "-" + vm;
    }

    /// As [#namespace(String, String)] for this lab.
    public String namespace(String vm) {
        return namespace(name, vm);
    }

    /// Environment variable that every process of ours inside a lab carries; its value is unique to one run of one lab.
    static final String MARK = "ETHERLOOM_LAB";

    /// Value of [#MARK].
    String mark() {
        return name + "/" + process.pid() + "/" + process.startTicks();
    }

    LabRecord withNamespaces(List<String> changed) {
        return new LabRecord(name, process, version, directory, metrics, topology, startedAt, rootless, state, engine, changed);
    }

    LabRecord withState(State changed, String metrics) {
        return new LabRecord(name, process, version, directory, metrics, topology, startedAt, rootless, changed, engine, namespaces);
    }

    LabRecord withEngine(String changed) {
        return new LabRecord(name, process, version, directory, metrics, topology, startedAt, rootless, state, changed, namespaces);
    }

    /// Writes the file as a whole: whoever reads sees the old or the new one.
    void write() throws IOException {
        SmallFiles.replace(directory.resolve(FILE), toJson());
    }

    String toJson() {
        var text = new StringWriter();
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("name", name);
            json.writeNumberProperty("pid", process.pid());
            json.writeNumberProperty("startTicks", process.startTicks());
            json.writeStringProperty("bootId", process.bootId());
            json.writeStringProperty("version", version);
            json.writeStringProperty("socket", socket().toString());
            json.writeStringProperty("metrics", metrics);
            json.writeStringProperty("topology", topology);
            json.writeStringProperty("startedAt", startedAt);
            json.writeBooleanProperty("rootless", rootless);
            json.writeStringProperty("state", state.label());
            json.writeStringProperty("engine", engine);
            json.writeArrayPropertyStart("namespaces");
            for (var namespace : namespaces) json.writeString(namespace);
            json.writeEndArray();
            json.writeEndObject();
        }
        return text + "\n";
    }

    /// Reads the record in a lab's folder.
    ///
    /// @throws IOException if there is none, or if it does not make sense; the message says which
    static LabRecord read(Path directory) throws IOException {
        var file = directory.resolve(FILE);
        String text;
        try {
            text = Files.readString(file);
        } catch (java.nio.file.NoSuchFileException e) {
            throw new IOException(file + " is missing", e);
        }
        try {
            return parse(text, directory);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException(file + " is damaged: " + firstLine(e), e);
        }
    }

    private static LabRecord parse(String text, Path directory) {
        var namespaces = new ArrayList<String>();
        Map<String, String> values = values(text, namespaces);
        var process = new ProcessStamp(number(values, "pid"), number(values, "startTicks"), value(values, "bootId"));
        var state = State.valueOf(value(values, "state").toUpperCase(java.util.Locale.ROOT));
        if (!value(values, "name").equals(String.valueOf(directory.getFileName()))) {
            throw new IllegalArgumentException("it speaks of the lab " + values.get("name"));
        }
        return new LabRecord(value(values, "name"), process, value(values, "version"), directory, value(values, "metrics"),
            value(values, "topology"), value(values, "startedAt"), Boolean.parseBoolean(value(values, "rootless")), state, values.getOrDefault("engine", ""),
            namespaces);
    }

    /// A flat object of scalars and one list of strings is read faster than a binding library starts.
    private static Map<String, String> values(String text, List<String> namespaces) {
        var values = new HashMap<String, String>();
        try (var json = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) throw new IllegalArgumentException("not an object");
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                var key = json.currentName();
                var token = json.nextToken();
                if (key.equals("namespaces") && token == JsonToken.START_ARRAY) {
                    while (json.nextToken() == JsonToken.VALUE_STRING) namespaces.add(json.getString());
                } else if (token.isScalarValue()) {
                    values.put(key, json.getString());
                } else {
                    // Something that a later version wrote.
                    json.skipChildren();
                }
            }
        }
        return values;
    }

    private static String value(Map<String, String> values, String key) {
        var value = values.get(key);
        if (value == null) throw new IllegalArgumentException("\"" + key + "\" is missing");
        return value;
    }

    private static long number(Map<String, String> values, String key) {
        return Long.parseLong(value(values, key));
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
