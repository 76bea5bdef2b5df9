package io.etherloom.discovery;

/// A frame of a discovery protocol that breaks its rules; the message says which.
public final class MalformedAdvertisement extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedAdvertisement(String message) {
        super(message, null, false, false);      // Whoever sends many of them shall not cost a stack trace each.
    }
}
