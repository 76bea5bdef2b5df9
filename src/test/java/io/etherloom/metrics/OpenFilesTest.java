package io.etherloom.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class OpenFilesTest {
    /// So many that what other threads of the tests open and close meanwhile is little.
    @Test
    void countsThoseThatAreOpen() throws Exception {
        int more = 400;
        long before = OpenFiles.count();
        var open = new ArrayList<FileInputStream>();
        try {
            for (int i = 0; i < more; i++) {
                open.add(new FileInputStream("/dev/null"));
            }
            assertThat(OpenFiles.count() - before).isBetween(more - 100L, more + 100L);
        } finally {
            for (var file : open) {
                file.close();
            }
        }
    }
}
