package io.etherloom.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.etherloom.lab.MoveJournal.Entry;
import io.etherloom.lab.MoveJournal.Step;
import io.etherloom.linux.Processes;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The journal of moves on a disk of one page.
class MoveJournalIT {
    @TempDir
    private Path folder;

    private boolean isMounted;

    @BeforeEach
    void mount() throws Exception {
        assumeTrue(Processes.effectiveUser() == 0, "needs root, to mount a tmpfs");
        isMounted = run("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", folder.toString()) == 0;
        assertThat(isMounted).isTrue();
    }

    @AfterEach
    void unmount() throws Exception {
        if (isMounted) run("umount", folder.toString());
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void aLineThatHasNoRoomIsNotThereAndTheWayBackIsWrittenAllTheSame() throws Exception {
        var journal = new MoveJournal(folder);
        var file = folder.resolve("moves");
        journal.append(new Entry("web2", "esx2", "esx3", Step.COMPLETE));
        journal.append(new Entry("web1", "esx1", "esx2", Step.PREPARE));
        assertThatThrownBy(() -> {
            for (int i = 0; i < 4096; i++) journal.append(new Entry("web1", "esx1", "esx2", Step.ATTACH));
        }).isInstanceOf(LabException.class).hasMessageContaining(file + " cannot be written: No space left on device");
        assertThat(Files.readString(file)).as("whole lines").endsWith("\n");
        assertThat(MoveJournal.read(file)).containsOnlyKeys("web1", "web2");
        journal.appendAtAnyCost(new Entry("web1", "esx1", "esx2", Step.BACK));
        assertThat(MoveJournal.read(file)).containsEntry("web1", new Entry("web1", "esx1", "esx2", Step.BACK))
            .containsEntry("web2", new Entry("web2", "esx2", "esx3", Step.COMPLETE));
        journal.append(new Entry("web1", "esx1", "esx2", Step.PREPARE));
        assertThat(MoveJournal.read(file).get("web1").step()).isEqualTo(Step.PREPARE);
    }
}
