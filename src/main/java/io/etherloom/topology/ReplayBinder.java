package io.etherloom.topology;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Binds `replay` of a VM. That the file is there and begins as a capture does is found out here, with line and column; what is wrong
/// behind its beginning only when it is replayed.
final class ReplayBinder {
    private static final Duration MAX_START = Duration.ofHours(24);
    private static final int MAX_LOOPS = 1_000_000_000;
    /// First octets of pcapng, and of pcap with micro- and nanoseconds in either byte order.
    private static final Set<Integer> MAGICS = Set.of(0x0A0D0D0A, 0xA1B2C3D4, 0xD4C3B2A1, 0xA1B23C4D, 0x4D3CB2A1);

    private ReplayBinder() {}

    /// @param vm       of which it is, to say where something is missing
    /// @param topology file of the topology, beside which relative paths begin
    /// @return null when the VM is of another kind, or after a report
    static @Nullable Replay bind(Section vm, VmKind kind, String topology) {
        var item = vm.get("replay");
        if (kind != VmKind.REPLAY) {
            if (item != null) {
                item.error("only a VM of kind replay has it; remove it, or write kind: replay");
            }
            return null;
        }
        var written = vm.required("replay", "name the capture that it sends: replay: { file: capture.pcapng }");
        return written == null ? null : replay(written.section(Keys.REPLAY), topology);
    }

    private static @Nullable Replay replay(Section body, String topology) {
        var fileItem = body.required("file", "name a capture in pcap or pcapng, a path beside this file");
        var file = fileItem == null ? null : file(fileItem, topology);
        var startItem = body.get("start");
        var start = startItem == null ? null : Units.duration(startItem, "s", Duration.ZERO, MAX_START);
        var rate = rate(body.get("rate"));
        long loops = loops(body.get("loop"));
        boolean rewritesMacs = body.flag("rewriteMacs", false);
        boolean padsCut = body.flag("padCut", false);
        return file == null ? null : new Replay(file, rate, loops, rewritesMacs, padsCut, start == null ? Duration.ZERO : start);
    }

    private static @Nullable Path file(Item item, String topology) {
        var text = item.text();
        if (text == null) {
            return null;
        }
        try {
            var file = Path.of(topology).toAbsolutePath().resolveSibling(text).normalize();
            var problem = problem(file);
            if (problem != null) {
                item.error(file + " " + problem);
            }
            return file;
        } catch (InvalidPathException e) {
            item.error("'" + text + "' is no path: " + e.getReason());
            return null;
        }
    }

    private static @Nullable String problem(Path file) {
        if (!Files.isRegularFile(file)) {
            return Files.exists(file) ? "is no file" : "does not exist; paths begin beside the topology file";
        }
        try (var in = Files.newInputStream(file)) {
            var begin = in.readNBytes(Integer.BYTES);
            return begin.length == Integer.BYTES && MAGICS.contains(ByteBuffer.wrap(begin).getInt()) ? null : "is neither pcap nor pcapng";
        } catch (NoSuchFileException e) {
            return "does not exist";
        } catch (IOException e) {
            return "cannot be read: " + e.getMessage();
        }
    }

    private static ReplayRate rate(@Nullable Item item) {
        var text = item == null ? null : item.text();
        if (item == null || text == null) {
            return ReplayRate.ORIGINAL;
        }
        try {
            return ReplayRate.parse(text);
        } catch (IllegalArgumentException e) {
            item.error(String.valueOf(e.getMessage()));
            return ReplayRate.ORIGINAL;
        }
    }

    /// yes is for ever, no is once.
    private static long loops(@Nullable Item item) {
        if (item == null || item.is("no") || item.is("false")) {
            return 1;
        }
        if (item.is("yes") || item.is("true")) {
            return 0;
        }
        var number = item.integer(1, MAX_LOOPS, "or yes for ever, or no for once");
        return number == null ? 1 : number;
    }
}
