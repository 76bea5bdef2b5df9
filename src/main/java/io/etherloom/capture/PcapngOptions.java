package io.etherloom.capture;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The options at the end of a block: `code, length, value, pad to 4`, each pair of 16 bits, ended by code 0 or by the block.
final class PcapngOptions {
    private final PcapInput input;
    private final ByteBuffer body;
    private final int start;

    PcapngOptions(PcapInput input, ByteBuffer body, int start) {
        this.input = input;
        this.body = body;
        this.start = start;
    }

    /// The value of the first option with this code, or null when there is none.
    private @Nullable ByteBuffer find(int code) throws PcapFormatException {
        int at = start;
        while (at + 4 <= body.capacity()) {
            int found = Short.toUnsignedInt(body.getShort(at));
            int length = Short.toUnsignedInt(body.getShort(at + 2));
            if (found == Pcapng.OPT_END) {
                return null;
            }
            if (at + 4 + length > body.capacity()) {
                throw input.broken("an option that is longer than its block");
            }
            if (found == code) {
                return body.slice(at + 4, length).order(body.order());
            }
            at += 4 + (length + 3 & -4);
        }
        return null;
    }

    /// A value of a fixed length.
    @Nullable ByteBuffer value(int code, int length) throws PcapFormatException {
        var value = find(code);
        if (value != null && value.capacity() != length) {
            throw input.broken("option " + code + " with " + value.capacity() + " octets instead of " + length);
        }
        return value;
    }

    @Nullable String textOrNull(int code) throws PcapFormatException {
        var value = find(code);
        return value == null ? null : StandardCharsets.UTF_8.decode(value).toString();
    }

    /// Empty when there is none.
    String text(int code) throws PcapFormatException {
        var text = textOrNull(code);
        return text == null ? "" : text;
    }
}
