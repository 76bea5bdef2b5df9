package io.etherloom.cli;

import java.io.IOException;

/// Where a capture goes. One thread.
interface CaptureOutput extends AutoCloseable {
    /// Takes the block at which the stream stands.
    void add(PcapngStream block) throws IOException;

    /// Shows what was added to whoever reads along.
    void flush() throws IOException;

    /// Frames that were taken and are, or will be, where a reader finds them.
    long frames();

    /// In a few words where that is.
    String place();

    @Override
    void close() throws IOException;
}
