package io.etherloom.qemu;

/// QEMU refused something, did not answer in time or is gone; the message is a sentence for a person.
public final class QemuException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public QemuException(String message) {
        super(message);
    }

    public QemuException(String message, Throwable cause) {
        super(message, cause);
    }
}
