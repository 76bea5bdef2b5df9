package io.etherloom.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.cli.CaptureRotationTest;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ten million frames through a capture whose files rotate: each is in a file or counted where it is missing. Takes 1.3 GB of the temporary folder.
@Tag("soak")
class CaptureSoakIT {
    private static final int FRAMES = 10_000_000;

    @TempDir Path folder;

    @Test
    void tenMillionFramesRotateWithoutALossThatIsNotCounted() throws Exception {
        long written = CaptureRotationTest.written(folder, FRAMES);
        System.out.printf("capture soak: %,d of %,d frames in the files, %,d counted as missing%n", written, FRAMES, FRAMES - written);
        assertThat(written).isPositive();
    }
}
