package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;

/// What this process does to itself and to others: users, signals, processors, and becoming another program. Whether another process
/// still lives is [ProcessState]'s question. Any thread, but where a method speaks of the calling one.
public final class Processes {
    /// `<asm-generic/signal.h>`.
    public static final int SIGINT = 2;
    public static final int SIGKILL = 9;
    public static final int SIGTERM = 15;

    private static final int SIG_SETMASK = 2;

    /// `sizeof(sigset_t)` in glibc; the kernel reads the first 8 octets.
    private static final int SIGSET_BYTES = 128;

    /// `<linux/prctl.h>`.
    private static final int PR_SET_PDEATHSIG = 1;

    /// `<linux/close_range.h>`: mark instead of closing, Linux 5.11.
    private static final int CLOSE_RANGE_CLOEXEC = 1 << 2;

    private static final MethodHandle GETUID = Foreign.bind("getuid", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle GETEUID = Foreign.bind("geteuid", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle KILL = Foreign.bind("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SETSID = Foreign.bind("setsid", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle PRCTL = Foreign.bindVariadic("prctl", 1, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle SCHED_SETAFFINITY =
        Foreign.bind("sched_setaffinity", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
    private static final MethodHandle SIGPROCMASK =
        Foreign.bind("sigprocmask", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle CLOSE_RANGE =
        Foreign.bind("close_range", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle EXECVPE = Foreign.bind("execvpe", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));

    private Processes() {}

    /// The user who started this process: 0 is root, also in a user namespace that maps root.
    public static int user() {
        try {
            return (int) GETUID.invokeExact(Libc.current().state);
        } catch (Throwable t) {
            throw Foreign.failed("getuid", t);
        }
    }

    /// The user whose rights this process has.
    public static int effectiveUser() {
        try {
            return (int) GETEUID.invokeExact(Libc.current().state);
        } catch (Throwable t) {
            throw Foreign.failed("geteuid", t);
        }
    }

    /// kill(2): 0, `-ESRCH` if there is no such process, or another -errno.
    ///
    /// @param signal such as [#SIGTERM]; 0 only asks whether it could be sent
    public static int kill(long pid, int signal) {
        // 0 and below mean process groups, and -1 everybody: never what is wanted here.
        if (pid < 1 || pid > Integer.MAX_VALUE) throw new IllegalArgumentException("process " + pid);
        var libc = Libc.current();
        try {
            return libc.result((int) KILL.invokeExact(libc.state, (int) pid, signal));
        } catch (Throwable t) {
            throw Foreign.failed("kill", t);
        }
    }

    /// Leaves the terminal and its Ctrl-C: this process becomes the leader of a session of its own (setsid(2)).
    ///
    /// @throws LinuxException EPERM if it leads its process group, as a program does that a shell started directly
    public static void beginSession() {
        var libc = Libc.current();
        try {
            int result = libc.result((int) SETSID.invokeExact(libc.state));
            Errno.check("setsid", result, "this process leads its group already");
        } catch (Throwable t) {
            throw Foreign.failed("setsid", t);
        }
    }

    /// Asks for a signal to this process when its parent dies: more exactly, the parent's *thread* that started this process (prctl(2)).
    /// The wish belongs to the calling platform thread, ends with it, and survives [#become]. 0 takes it back.
    public static void signalWhenParentDies(int signal) {
        Errno.check("prctl PR_SET_PDEATHSIG", prctl(PR_SET_PDEATHSIG, signal));
    }

    private static int prctl(int operation, long argument) {
        var libc = Libc.current();
        try {
            return libc.result((int) PRCTL.invokeExact(libc.state, operation, argument));
        } catch (Throwable t) {
            throw Foreign.failed("prctl", t);
        }
    }

    /// Keeps the calling platform thread on one processor.
    ///
    /// @param cpu number from 0 to 1023 (`CPU_SETSIZE`); [LinuxException] `EINVAL` if the machine or cgroup does not offer it
    public static void pinThread(int cpu) {
        if (Thread.currentThread().isVirtual()) throw new IllegalStateException("a virtual thread cannot be pinned to a processor");
        try (var arena = Arena.ofConfined()) {
            // cpu_set_t: 1024 bits, in longs of the machine, which both architectures store with the lowest octet first.
            var mask = arena.allocate(128, 8);
            mask.set(JAVA_BYTE, cpu / 8, (byte) (1 << cpu % 8));
            Errno.check("sched_setaffinity to processor " + cpu, setAffinity(mask));
        }
    }

    private static int setAffinity(MemorySegment mask) {
        var libc = Libc.current();
        try {
            return libc.result((int) SCHED_SETAFFINITY.invokeExact(libc.state, 0, mask.byteSize(), mask));
        } catch (Throwable t) {
            throw Foreign.failed("sched_setaffinity", t);
        }
    }

    /// Becomes another program, which keeps the process id, the terminal, descriptors 0 to 2, and the namespaces of the calling thread.
    /// It begins without blocked signals, though this thread or its starter may have blocked some. Returns only by an exception; this
    /// process then goes on unharmed. No shutdown hooks run.
    ///
    /// @param command     program, sought in this process's `PATH`, and its arguments
    /// @param environment all of the program's variables
    /// @throws LinuxException ENOENT if there is no such program, EACCES if it cannot be run
    public static void become(List<String> command, Map<String, String> environment) {
        if (command.isEmpty()) throw new IllegalArgumentException("no command");
        var libc = Libc.current();
        try (var arena = Arena.ofConfined()) {
            var arguments = strings(arena, command);
            var variables = strings(arena, environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
            var before = arena.allocate(SIGSET_BYTES, 8);
            Errno.check("close_range", closeOnExec(libc), "needs Linux 5.11");
            Errno.check("sigprocmask", setSignalMask(libc, arena.allocate(SIGSET_BYTES, 8), before));
            int result = execute(libc, arena.allocateFrom(command.getFirst()), arguments, variables);
            setSignalMask(libc, before, MemorySegment.NULL);
            Errno.check("run " + command.getFirst(), result);
        }
    }

    /// A zero-terminated array of pointers to zero-terminated strings in UTF-8.
    private static MemorySegment strings(Arena arena, List<String> values) {
        var array = arena.allocate(ADDRESS, values.size() + 1L);
        for (int i = 0; i < values.size(); i++) array.setAtIndex(ADDRESS, i, arena.allocateFrom(values.get(i)));
        return array;
    }

    /// Marking, not closing: a JVM whose descriptors are gone could not report that the program does not exist.
    private static int closeOnExec(Libc libc) {
        try {
            return libc.result((int) CLOSE_RANGE.invokeExact(libc.state, 3, -1, CLOSE_RANGE_CLOEXEC));
        } catch (Throwable t) {
            throw Foreign.failed("close_range", t);
        }
    }

    /// sigprocmask(2) for the calling thread: 0, or -errno.
    static int setSignalMask(Libc libc, MemorySegment mask, MemorySegment before) {
        try {
            return libc.result((int) SIGPROCMASK.invokeExact(libc.state, SIG_SETMASK, mask, before));
        } catch (Throwable t) {
            throw Foreign.failed("sigprocmask", t);
        }
    }

    private static int execute(Libc libc, MemorySegment file, MemorySegment arguments, MemorySegment environment) {
        try {
            return libc.result((int) EXECVPE.invokeExact(libc.state, file, arguments, environment));
        } catch (Throwable t) {
            throw Foreign.failed("execvpe", t);
        }
    }
}
