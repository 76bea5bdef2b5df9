package io.etherloom.bench;

/// Arguments that the benchmark does not take; the message names them, what is allowed, and is for a person.
final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
