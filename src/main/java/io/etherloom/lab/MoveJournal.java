package io.etherloom.lab;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Which VMs were moved since the lab's file was applied, and how far a move has come: a line of JSON for each step, on the disk before the step is made.
/// So whoever starts the lab after a kill knows where each VM belongs. Guarded by the lab's lock.
final class MoveJournal {
    /// Its name in the lab's folder.
    static final String FILE = "moves";

    private static final int COMPACT_OCTETS = 64 << 10;
    private static final String KEPT = ".moves";

    private static final JsonFactory JSON = new JsonFactory();

    private final Path file;

    /// How far a move has come.
    enum Step {
        /// Nothing has moved; after a kill it is undone.
        PREPARE,
        /// The ports move; after a kill it is finished.
        ATTACH,
        /// It holds.
        COMPLETE,
        /// It was taken back.
        BACK;

        String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        /// Whether the VM is at the target from here on.
        boolean isAtTarget() {
            return this == ATTACH || this == COMPLETE;
        }

        boolean isOver() {
            return this == COMPLETE || this == BACK;
        }
    }

    /// What the last line about a VM says.
    record Entry(String vm, String from, String to, Step step) {
        /// The host that it belongs to.
        String host() {
            return step.isAtTarget() ? to : from;
        }

        /// For the terminal.
        ///
        /// @param is the host that it starts on
        String sentence(String is) {
            var move = vm + " was being moved from " + from + " to " + to + " when the lab was killed; ";
            if (!is.equals(host())) {
                return vm + " was on " + host() + " when the lab was killed, and starts on " + is + ", since it cannot be there by this file";
            }
            return switch (step) {
                case PREPARE -> move + "that is undone, and it starts on " + from;
                case ATTACH -> move + "that is finished, and it starts on " + to;
                case COMPLETE, BACK -> vm + " starts on " + host() + ", where it was before the lab was killed; `etherloom apply` puts it where the file says";
            };
        }
    }

    /// @param folder of the lab
    MoveJournal(Path folder) {
        file = folder.resolve(FILE);
    }

    /// Appends a line and waits until it is on the disk.
    ///
    /// @throws LabException ENVIRONMENT when that cannot be done, as on a full disk; nothing is added then
    void append(Entry entry) {
        var line = ByteBuffer.wrap(line(entry).getBytes(StandardCharsets.UTF_8));
        compact();
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long end = channel.size();
            channel.position(end);
            try {
                while (line.hasRemaining()) {
                    channel.write(line);
                }
                channel.force(true);
            } catch (IOException fault) {
                channel.truncate(end);
                throw fault;
            }
        } catch (IOException fault) {
            throw new LabException(LabException.Kind.ENVIRONMENT, "the journal of moves " + file + " cannot be written: " + fault.getMessage()
                + "; without it a kill in the middle could not be undone", fault);
        }
    }

    /// Of many moves only what was said last of each VM is kept.
    private void compact() {
        try {
            if (Files.isRegularFile(file) && Files.size(file) > COMPACT_OCTETS) {
                var text = new StringBuilder();
                read(file).values().forEach(entry -> text.append(line(entry)));
                SmallFiles.replace(file, text.toString());
            }
        } catch (IOException _) {
            // It is longer than it need be.
        }
    }

    /// The same where the way back must not fail for want of room: what is said of the VM is replaced, which takes no more than is there already.
    ///
    /// @throws LabException ENVIRONMENT when not even that can be written
    void appendAtAnyCost(Entry entry) {
        try {
            append(entry);
        } catch (LabException full) {
            try {
                var last = read(file);
                last.put(entry.vm, entry);
                var text = new StringBuilder();
                last.values().forEach(it -> text.append(line(it)));
                overwrite(text.toString().getBytes(StandardCharsets.UTF_8));
            } catch (IOException second) {
                full.addSuppressed(second);
                throw full;
            }
        }
    }

    private void overwrite(byte[] text) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.truncate(text.length);
            channel.force(true);
        }
    }

    /// Everything is as the file says.
    void clear() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException fault) {
            throw new UncheckedIOException("cannot remove " + file, fault);
        }
    }

    private static String line(Entry entry) {
        return object("vm", entry.vm, "from", entry.from, "to", entry.to, "step", entry.step.label());
    }

    /// @param members key, value, key, value, …
    private static String object(String... members) {
        var text = new StringWriter();
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            for (int i = 0; i < members.length; i += 2) {
                json.writeStringProperty(members[i], members[i + 1]);
            }
            json.writeEndObject();
        }
        return text + "\n";
    }

    /// Puts the journal of a killed lab beside its folder, which goes, for the next start of the lab.
    ///
    /// @param topology the file from which it was started; only a lab from the same file takes the journal up
    static void keep(Path folder, String topology) throws IOException {
        var last = read(folder.resolve(FILE));
        if (!last.isEmpty()) {
            var text = new StringBuilder(header(topology));
            last.values().forEach(entry -> text.append(line(entry)));
            SmallFiles.replace(kept(folder), text.toString());
        }
    }

    /// Where [#keep] puts the journal of the lab in this folder.
    private static Path kept(Path folder) {
        return folder.resolveSibling(folder.getFileName() + KEPT);
    }

    /// What a killed lab of this folder has left, when it was started from this file.
    static SequencedMap<String, Entry> inherited(Path folder, String topology) throws IOException {
        var file = kept(folder);
        boolean isSame = Files.exists(file) && Files.readString(file).startsWith(header(topology));
        return isSame ? read(file) : new LinkedHashMap<>();
    }

    /// Removes what [#keep] has put there; no fault when it was nothing.
    static void forget(Path folder) throws IOException {
        Files.deleteIfExists(kept(folder));
    }

    /// Removes the journals of all killed labs.
    static void forgetAll(Path root) throws IOException {
        try (var files = Files.newDirectoryStream(root, "*" + KEPT)) {
            for (var file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static String header(String topology) {
        return object("file", topology);
    }

    /// The last line about each VM, oldest first. Lines that make no sense, as the last one may after a kill or on a full disk, are passed over.
    static SequencedMap<String, Entry> read(Path file) throws IOException {
        var last = new LinkedHashMap<String, Entry>();
        if (Files.exists(file)) {
            for (var line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n")) {
                try {
                    var values = values(line);
                    var step = Step.valueOf(values.getOrDefault("step", "").toUpperCase(java.util.Locale.ROOT));
                    var entry = new Entry(values.getOrDefault("vm", ""), values.getOrDefault("from", ""), values.getOrDefault("to", ""), step);
                    last.remove(entry.vm);
                    last.put(entry.vm, entry);
                } catch (JacksonException | IllegalArgumentException _) {
                    // Cut off in the middle: what it would have said was not done yet.
                }
            }
        }
        return last;
    }

    private static Map<String, String> values(String line) {
        var values = new HashMap<String, String>();
        try (var json = JSON.createParser(ObjectReadContext.empty(), line)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                    var key = json.currentName();
                    if (json.nextToken() == JsonToken.VALUE_STRING) {
                        values.put(key, json.getString());
                    }
                }
            }
        }
        return values;
    }
}
