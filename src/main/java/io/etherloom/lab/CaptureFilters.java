package io.etherloom.lab;

import io.etherloom.capture.BpfProgram;
import io.etherloom.linux.Libpcap;
import java.util.List;

/// Compiles the filters of a capture by libpcap, and says in its words what is wrong with one.
final class CaptureFilters {
    private CaptureFilters() {}

    /// @throws LabException INVALID for an expression that libpcap refuses; ENVIRONMENT where there is no libpcap
    static List<BpfProgram> compile(List<String> expressions) {
        return expressions.stream().map(CaptureFilters::compile).toList();
    }

    private static BpfProgram compile(String expression) {
        long begunNanos = System.nanoTime();
        try {
            return BpfProgram.of(Libpcap.compile(expression));
        } catch (Libpcap.SyntaxException fault) {
            var message = String.valueOf(fault.getMessage());
            throw new LabException(LabException.Kind.INVALID, FilterFault.describe(expression, message, System.nanoTime() - begunNanos), fault);
        } catch (Libpcap.MissingException absent) {
            throw new LabException(LabException.Kind.ENVIRONMENT, String.valueOf(absent.getMessage()), absent);
        }
    }
}
