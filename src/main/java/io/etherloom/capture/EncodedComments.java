package io.etherloom.capture;

import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Comments as octets, encoded once for each sentence. By identity, since to compare sentences would cost what encoding them does. Bounded:
/// when somebody makes a new sentence for each frame, it is emptied again and again. One thread.
final class EncodedComments {
    private static final int MOST = 4096;

    private final Map<String, byte[]> encoded = new IdentityHashMap<>();
    private @Nullable String last;
    private byte @Nullable [] lastOctets;

    byte @Nullable [] of(@Nullable String sentence) {
        if (sentence == null || sentence.isEmpty()) {
            return null;
        }
        if (sentence != last) {
            var octets = encoded.get(sentence);
            if (octets == null) {
                octets = sentence.getBytes(StandardCharsets.UTF_8);
                if (encoded.size() >= MOST) {
                    encoded.clear();
                }
                encoded.put(sentence, octets);
            }
            last = sentence;
            lastOctets = octets;
        }
        return lastOctets;
    }
}
