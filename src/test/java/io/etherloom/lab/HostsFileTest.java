package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostsFileTest {
    @Test
    void hasLocalhostAndEachNameWithItsAddressesInOrder() {
        var text = HostsFile.text(Map.of("web2", List.of("10.0.10.12", "fd00::12"), "db1", List.of("10.0.30.5"), "idle", List.of()));
        assertThat(text.lines()).startsWith("127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback", "10.0.30.5 db1", "10.0.10.12 web2",
            "fd00::12 web2");
        assertThat(text).doesNotContain("idle");
    }

    @Test
    void isWrittenInPlaceAndShortened(@TempDir Path folder) throws IOException {
        var file = folder.resolve("hosts");
        HostsFile.write(file, Map.of("web2", List.of("10.0.10.12"), "web3", List.of("10.0.10.13")));
        var mounted = Files.createLink(folder.resolve("mounted"), file);
        HostsFile.write(file, Map.of("web2", List.of("10.0.10.2")));
        assertThat(mounted).hasContent(HostsFile.text(Map.of("web2", List.of("10.0.10.2"))));
    }

    /// Setting a policy changes no name, so nobody inside a VM may notice it by the file.
    @Test
    void isLeftAloneWhenItSaysTheSame(@TempDir Path folder) throws IOException {
        var file = folder.resolve("hosts");
        var addresses = Map.of("web2", List.of("10.0.10.12"));
        HostsFile.write(file, addresses);
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        HostsFile.write(file, addresses);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(FileTime.fromMillis(0));
    }
}
