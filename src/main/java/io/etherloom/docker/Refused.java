package io.etherloom.docker;

/// A call of Docker's that cannot be done; the message is what its user sees.
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Refused(String message) {
        super(message);
    }
}
