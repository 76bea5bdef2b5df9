package io.etherloom.cli;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// The body of an answer: so many octets, or chunks until an empty one (RFC 9112, 6 and 7.1). A body that stops before its end is an
/// [EOFException], never a short one.
final class HttpBody extends InputStream {
    private final HttpInput in;
    private final boolean isChunked;
    private long left;
    private boolean isAtEnd;

    /// @param length octets, or -1 when the body comes in chunks
    HttpBody(HttpInput in, long length) {
        this.in = in;
        isChunked = length < 0;
        left = Math.max(length, 0);
        isAtEnd = length == 0;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int size) throws IOException {
        if (left == 0 && isChunked && !isAtEnd) {
            beginChunk();
        }
        if (isAtEnd) {
            return -1;
        }
        int count = in.read(into, offset, (int) Math.min(size, left));
        if (count < 0) {
            throw new EOFException("the lab closed the connection in the middle of its answer");
        }
        left -= count;
        if (left == 0) {
            endPart();
        }
        return count;
    }

    private void beginChunk() throws IOException {
        var line = in.line();
        int extension = line.indexOf(';');
        left = Long.parseLong((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
        if (left == 0) {
            isAtEnd = true;
        }
    }

    private void endPart() throws IOException {
        if (isChunked) {
            in.line();
        } else {
            isAtEnd = true;
        }
    }

    @Override
    public int available() {
        return (int) Math.min(left, in.available());
    }
}
