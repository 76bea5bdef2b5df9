package io.etherloom.cli;

import java.io.IOException;
import java.io.PrintStream;

/// Standard output, which belongs to the process. A [PrintStream] keeps faults to itself, so it is asked after each write; else a
/// capture would go on when the program behind the pipe has ended.
final class CapturePipe implements CaptureOutput {
    /// Nobody reads standard output any more.
    static final class Broken extends IOException {
        private static final long serialVersionUID = 1;
    }

    private final PrintStream out;
    private final byte[] collected = new byte[1 << 16];
    private int size;
    private long frames;

    CapturePipe(PrintStream out) {
        this.out = out;
    }

    @Override
    public void add(PcapngStream block) throws IOException {
        if (block.size() > collected.length - size) {
            write();
        }
        if (block.size() > collected.length) {
            out.write(block.octets().array(), block.start(), block.size());
        } else {
            System.arraycopy(block.octets().array(), block.start(), collected, size, block.size());
            size += block.size();
        }
        frames += block.isFrame() ? 1 : 0;
    }

    private void write() throws IOException {
        out.write(collected, 0, size);
        size = 0;
        if (out.checkError()) {
            throw new Broken();
        }
    }

    @Override
    public void flush() throws IOException {
        write();
    }

    @Override
    public long frames() {
        return frames;
    }

    @Override
    public String place() {
        return "";
    }

    @Override
    public void close() throws IOException {
        write();
    }
}
