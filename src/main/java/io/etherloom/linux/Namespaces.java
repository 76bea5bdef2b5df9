package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/// unshare(2) and setns(2). Both change the calling thread of the kernel only, so neither is for virtual threads, which share carriers.
final class Namespaces {
    /// `<linux/sched.h>`.
    static final int CLONE_NEWNS = 0x00020000;
    static final int CLONE_NEWNET = 0x40000000;

    private static final MethodHandle UNSHARE = Foreign.bind("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle SETNS = Foreign.bind("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private Namespaces() {}

    /// unshare(2): 0, or -errno.
    static int unshare(int flags) {
        var libc = Libc.current();
        requirePlatformThread();
        try {
            return libc.result((int) UNSHARE.invokeExact(libc.state, flags));
        } catch (Throwable t) {
            throw Foreign.failed("unshare", t);
        }
    }

    /// setns(2): 0, or -errno.
    ///
    /// @param type the kind that the descriptor must have, such as [#CLONE_NEWNET]
    static int setns(int fd, int type) {
        var libc = Libc.current();
        requirePlatformThread();
        try {
            return libc.result((int) SETNS.invokeExact(libc.state, fd, type));
        } catch (Throwable t) {
            throw Foreign.failed("setns", t);
        }
    }

    private static void requirePlatformThread() {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a virtual thread cannot change namespace: it would change its carrier's");
        }
    }
}
