package io.etherloom.replay;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.BooleanSupplier;

/// A stream that ends with an exception once nobody wants it any more, so that a file without a frame in it can be left, too.
final class StoppableInput extends FilterInputStream {
    private final BooleanSupplier isOver;

    /// What is thrown then.
    static final class Stopped extends IOException {
        private static final long serialVersionUID = 1L;
    }

    StoppableInput(InputStream in, BooleanSupplier isOver) {
        super(in);
        this.isOver = isOver;
    }

    @Override
    public int read() throws IOException {
        verifyWanted();
        return super.read();
    }

    @Override
    public int read(byte[] into, int offset, int size) throws IOException {
        verifyWanted();
        return super.read(into, offset, size);
    }

    private void verifyWanted() throws Stopped {
        if (isOver.getAsBoolean()) {
            throw new Stopped();
        }
    }
}
