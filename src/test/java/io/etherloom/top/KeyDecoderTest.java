package io.etherloom.top;

import static org.assertj.core.api.Assertions.assertThat;

import io.etherloom.top.Key.Special;
import io.etherloom.top.Key.Typed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What terminals send, and what they do not.
class KeyDecoderTest {
    private static final int PAUSE = 0xe000;

    /// The private character U+E000 stands for a pause, after which nothing follows soon.
    private static List<Key> keys(String sent) throws IOException {
        var decoder = new KeyDecoder(new KeyDecoder.Input() {
            private int at;

            @Override
            public int read() {
                while (at < sent.length() && sent.charAt(at) == PAUSE) {
                    at++;
                }
                return at < sent.length() ? sent.charAt(at++) : -1;
            }

            @Override
            public int readSoon() {
                return at < sent.length() && sent.charAt(at) != PAUSE ? sent.charAt(at++) : -2;
            }
        });
        var keys = new ArrayList<Key>();
        for (var key = decoder.next(); key != null; key = decoder.next()) {
            keys.add(key);
        }
        return keys;
    }

    @Test
    void knowsKeysInBothModesOfTheCursor() throws IOException {
        assertThat(keys("q\u001b[A\u001bOB\u001b[C\u001b[D\u001b[5~\u001b[6~\u001b[H\u001b[4~\r\t\u007f")).containsExactly(new Typed('q'), Special.UP,
            Special.DOWN, Special.RIGHT, Special.LEFT, Special.PAGE_UP, Special.PAGE_DOWN, Special.HOME, Special.END, Special.ENTER, Special.TAB,
            Special.BACKSPACE);
    }

    @Test
    void tellsEscapeFromASequence() throws IOException {
        assertThat(keys("\u001b\ue000[A")).containsExactly(Special.ESCAPE, new Typed('['), new Typed('A'));
        assertThat(keys("\u001b")).containsExactly(Special.ESCAPE);
        assertThat(keys("\u001b[1;5Cx")).as("with Ctrl").containsExactly(Special.RIGHT, new Typed('x'));
    }

    /// The answers of a terminal that was asked what it can do are no keys.
    @Test
    void swallowsAnswers() throws IOException {
        assertThat(keys("\u001b[?0u\u001b[?2026;2$y\u001b[?62;c\u0001")).containsExactly(Special.UNKNOWN, Special.UNKNOWN, Special.UNKNOWN,
            Special.UNKNOWN);
    }

    @Test
    void survivesNoise() throws IOException {
        var random = new Random(1);
        for (int turn = 0; turn < 2_000; turn++) {
            var noise = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                noise.append(random.nextBoolean() ? (char) random.nextInt(128) : "\u001b[O~;?".charAt(random.nextInt(6)));
            }
            assertThat(keys(noise.toString()).size()).isLessThanOrEqualTo(noise.length());
        }
    }
}
