package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabRecordTest {
    @TempDir
    private Path folder;

    private LabRecord record() throws IOException {
        return new LabRecord("lab", new ProcessStamp(7, 1234567890123L, "boot"), "0.1", Files.createDirectories(folder.resolve("lab")),
            "http://127.0.0.1:9480/metrics", "/home/ann/\"odd\" ü.yaml", "2026-01-01T00:00:00Z", true, LabRecord.State.READY,
            "docker --host unix:///d.sock", List.of("el-lab-web1", "el-lab-web2"));
    }

    @Test
    void comesBackFromItsFileAsItWas() throws IOException {
        var record = record();
        record.write();
        assertThat(LabRecord.read(record.directory())).isEqualTo(record);
        try (var files = Files.list(record.directory())) {
            assertThat(files).containsExactly(record.directory().resolve(LabRecord.FILE));
        }
    }

    @Test
    void takesFieldsOfALaterVersion() throws IOException {
        var record = record();
        Files.writeString(record.directory().resolve(LabRecord.FILE), "{\"later\": {\"a\": [1]}, " + record.toJson().substring(1));
        assertThat(LabRecord.read(record.directory())).isEqualTo(record);
    }

    @Test
    void saysWhichFileIsDamaged() throws IOException {
        var record = record();
        var whole = record.toJson();
        for (var text : List.of("", "[]", "null", whole.substring(0, whole.length() / 2), whole.replace("\"pid\":7", "\"pid\":\"x\""),
            whole.replace("\"ready\"", "\"tired\""), whole.replace("\"name\":\"lab\"", "\"name\":\"../x\""))) {
            Files.writeString(record.directory().resolve(LabRecord.FILE), text);
            assertThatThrownBy(() -> LabRecord.read(record.directory())).as(text).isInstanceOf(IOException.class)
                .hasMessageContaining("lab/lab.json is damaged");
        }
    }

    @Test
    void keepsTheOldFileWhenTheNewCannotBeWritten() throws IOException {
        var record = record();
        record.write();
        Files.createDirectory(record.directory().resolve(LabRecord.FILE + ".new"));
        assertThatThrownBy(() -> record.withNamespaces(List.of()).write()).isInstanceOf(IOException.class);
        assertThat(LabRecord.read(record.directory())).isEqualTo(record);
    }
}
