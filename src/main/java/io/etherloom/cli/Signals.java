package io.etherloom.cli;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C, SIGTERM and SIGHUP for a lab's process: the first asks for its end, the second does not wait for it.
///
/// A shutdown hook could not do this: the second signal would wait for the first, and the exit code would always be the signal's. The
/// JDK's own class for signals is called by reflection, because javac warns of its name, and warnings are errors here.
final class Signals {
    private static final int SIGINT = 2;

    private final CountDownLatch first = new CountDownLatch(1);
    private volatile int exitCode = ExitCode.OK;

    /// Takes the signals over from the JVM.
    void install() {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var handle = signal.getMethod("handle", signal, handler);
            var number = signal.getMethod("getNumber");
            var proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (_, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    arrived((int) number.invoke(arguments[0]));
                }
                return null;
            });
            for (var name : List.of("INT", "TERM", "HUP")) {
                handle.invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM cannot catch signals", e);
        }
    }

    /// A signal has come.
    void arrived(int number) {
        if (first.getCount() == 0) {
            Runtime.getRuntime().halt(128 + number);
        }
        // Ctrl-C is how a lab in the foreground is meant to end.
        end(number == SIGINT ? ExitCode.OK : 128 + number);
    }

    /// The same as a first signal.
    void end(int code) {
        exitCode = code;
        first.countDown();
    }

    /// Waits for the first, at most so long.
    boolean arrivedWithin(Duration patience) throws InterruptedException {
        return first.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Waits for the first.
    ///
    /// @return the exit code for it
    int await() throws InterruptedException {
        first.await();
        return exitCode;
    }
}
