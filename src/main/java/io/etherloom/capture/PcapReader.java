package io.etherloom.capture;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads capture files frame by frame: pcap with microseconds or nanoseconds, and pcapng with any number of sections and interfaces, in
/// either byte order. Blocks of pcapng that it does not know are skipped. Used by one thread.
///
/// Every method that reads throws [PcapFormatException] for a broken file and otherwise only what the stream throws; after an
/// exception there is nothing more to read.
public final class PcapReader implements AutoCloseable {
    /// One of the two formats.
    sealed interface Format permits ClassicPcap, PcapngSections {
        /// The next frame, or null at the end of the file.
        @Nullable CapturedFrame next() throws IOException;

        List<CapturedFrame.Statistics> statistics();
    }

    private final InputStream in;
    private final Format format;

    /// @param in read to its end, and closed by [#close]
    public PcapReader(InputStream in) throws IOException {
        this.in = in;
        var input = new PcapInput(new BufferedInputStream(in));
        var magic = input.begin(4);
        if (magic == null) {
            throw input.broken("the file is empty");
        }
        int number = magic.getInt(0);
        format = number == Pcapng.SECTION ? new PcapngSections(input) : new ClassicPcap(input, number);
    }

    public static PcapReader open(Path file) throws IOException {
        var in = Files.newInputStream(file);
        try {
            return new PcapReader(in);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /// All frames of a file.
    public static List<CapturedFrame> readAll(Path file) throws IOException {
        var frames = new ArrayList<CapturedFrame>();
        try (var reader = open(file)) {
            for (var frame = reader.next(); frame != null; frame = reader.next()) {
                frames.add(frame);
            }
        }
        return frames;
    }

    /// The next frame, or null at the end of the file.
    public @Nullable CapturedFrame next() throws IOException {
        return format.next();
    }

    /// The statistics that have been passed so far; usually they stand at the end. Always empty for pcap.
    public List<CapturedFrame.Statistics> statistics() {
        return List.copyOf(format.statistics());
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
