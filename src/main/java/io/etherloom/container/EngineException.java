package io.etherloom.container;

/// No engine answers, or it refused something; the message is for the user and says what helps.
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public EngineException(String message) {
        super(message);
    }
}
