package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostsFolderTest {
    @TempDir
    private Path folder;

    private Path etcNetns;
    private Path hosts;
    private HostsFolder hostsFolder;

    @BeforeEach
    void setUp() {
        etcNetns = folder.resolve("netns");
        var state = StateDirectory.at(folder.resolve("state"));
        state.prepare();
        hosts = state.lab("lab").resolve("hosts");
        hostsFolder = new HostsFolder(etcNetns, state);
    }

    @Test
    void linksEachNamespaceToTheFileOfTheLabAndTakesTheFolderAwayWithTheLast() throws IOException {
        hostsFolder.link("el-lab-web1", hosts);
        hostsFolder.link("el-lab-web1", hosts);
        hostsFolder.link("el-lab-web2", hosts);
        assertThat(etcNetns.resolve("el-lab-web1/hosts")).isSymbolicLink();
        assertThat(Files.readSymbolicLink(etcNetns.resolve("el-lab-web1/hosts"))).isEqualTo(hosts);

        hostsFolder.unlink("el-lab-web1");
        hostsFolder.tidy();
        assertThat(etcNetns.resolve("el-lab-web1")).doesNotExist();
        assertThat(etcNetns.resolve("el-lab-web2/hosts")).isSymbolicLink();

        hostsFolder.unlink("el-lab-web2");
        hostsFolder.unlink("el-lab-web2");
        hostsFolder.tidy();
        assertThat(etcNetns).doesNotExist();
    }

    @Test
    void leavesAFolderThatWasThereBefore() throws IOException {
        Files.createDirectory(etcNetns);
        hostsFolder.link("el-lab-web1", hosts);
        hostsFolder.unlink("el-lab-web1");
        hostsFolder.tidy();
        assertThat(etcNetns).isEmptyDirectory();
    }

    @Test
    void leavesFilesOfOthersAlone() throws IOException {
        var own = Files.createDirectories(etcNetns.resolve("el-lab-web1"));
        Files.writeString(own.resolve("hosts"), "mine");
        assertThatThrownBy(() -> hostsFolder.link("el-lab-web1", hosts)).isInstanceOf(FileAlreadyExistsException.class);
        hostsFolder.unlink("el-lab-web1");
        assertThat(own.resolve("hosts")).hasContent("mine");

        hostsFolder.link("el-lab-web2", hosts);
        Files.writeString(etcNetns.resolve("el-lab-web2/resolv.conf"), "mine");
        hostsFolder.unlink("el-lab-web2");
        assertThat(etcNetns.resolve("el-lab-web2/resolv.conf")).hasContent("mine");
    }

    @Test
    void undoesALinkThatWasInterrupted() throws IOException {
        Files.createDirectories(etcNetns.resolve("el-lab-web1"));
        hostsFolder.unlink("el-lab-web1");
        assertThat(etcNetns.resolve("el-lab-web1")).doesNotExist();
    }
}
