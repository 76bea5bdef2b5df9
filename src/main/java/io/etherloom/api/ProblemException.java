package io.etherloom.api;

import io.netty.handler.codec.http.HttpResponseStatus;

/// A request that HTTP itself refuses, before any lab was asked.
final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    ProblemException(Problem problem) {
        super(problem.detail());
        this.problem = problem;
    }

    static ProblemException badRequest(String detail) {
        return new ProblemException(Problem.of(HttpResponseStatus.BAD_REQUEST, detail));
    }

    Problem problem() {
        return problem;
    }
}
