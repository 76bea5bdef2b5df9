package io.etherloom.lab;

/// A request that a lab cannot fulfil, with a sentence for the person who made it: what is wrong, what is allowed, the cure.
public final class LabException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// What kind of fault it is, for exit codes and HTTP status.
    public enum Kind {
        /// The named thing does not exist.
        NOT_FOUND,
        /// The request does not fit the state of the lab.
        CONFLICT,
        /// The request itself is wrong.
        INVALID,
        /// This machine or its kernel refused.
        ENVIRONMENT
    }

    private final Kind kind;

    public LabException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public LabException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
