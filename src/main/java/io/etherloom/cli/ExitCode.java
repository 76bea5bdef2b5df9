package io.etherloom.cli;

import io.etherloom.lab.LabException;

/// What the process says when it ends. `exec` gives the status of the command it ran instead.
final class ExitCode {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int BAD_INPUT = 2;
    /// Given by the launcher only.
    static final int NO_JDK = 3;
    static final int ENVIRONMENT = 4;
    static final int NO_SUCH_THING = 5;

    /// Two columns, for the help page.
    static final String[] PAGE = {
        "0:done",
        "1:failed, or the lab's state does not allow it",
        "2:wrong usage or bad input; nothing was changed",
        "3:no JDK 25 or newer (the launcher)",
        "4:the machine lacks something: a package, a right, a kernel feature",
        "5:no such lab, VM, port, host",
        "130:ended by Ctrl-C (143: by SIGTERM) where that is not the way to end it",
        "exec gives the exit status of the command that it ran."};

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
