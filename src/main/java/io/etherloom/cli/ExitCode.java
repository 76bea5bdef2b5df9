package io.etherloom.cli;

import io.etherloom.lab.LabException;

/// What the process says when it ends; `etherloom --help` lists them. `exec` gives the status of the command it ran instead, and 3, no
/// JDK, is the launcher's.
final class ExitCode {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int BAD_INPUT = 2;
    static final int ENVIRONMENT = 4;
    static final int NO_SUCH_THING = 5;
    /// 128 and the number of the signal, as shells say it.
    static final int INTERRUPTED = 130;
    static final int TERMINATED = 143;

    private ExitCode() {}

    static int of(LabException.Kind kind) {
        return switch (kind) {
            case NOT_FOUND -> NO_SUCH_THING;
            case CONFLICT -> FAILED;
            case INVALID -> BAD_INPUT;
            case ENVIRONMENT -> ENVIRONMENT;
        };
    }

    /// The same for an answer of a lab.
    static int ofStatus(int httpStatus) {
        return switch (httpStatus) {
            case 404 -> NO_SUCH_THING;
            case 400, 405, 413, 414, 431 -> BAD_INPUT;
            case 503 -> ENVIRONMENT;
            default -> FAILED;
        };
    }
}
