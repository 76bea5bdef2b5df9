package io.etherloom.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Memory from mmap(2), each segment a mapping of its own. The kernel clears a page when it is first touched, so that one never touched is
/// never resident; [Arena#ofShared] clears everything at once, by writing to it. For few large segments.
///
/// Threads and life are those of [Arena#ofShared]: any thread may use the memory and close the arena, which unmaps it.
public final class MappedArena implements Arena {
    /// `<asm-generic/mman-common.h>` and `<asm-generic/mman.h>`.
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_PRIVATE = 0x02;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
    private static final long PAGE = 4096;

    private static final MethodHandle MMAP =
        Foreign.bind("mmap", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP = Foreign.bind("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));

    private final Arena arena = Arena.ofShared();

    /// Zeroed memory.
    ///
    /// @param byteAlignment 4096 at most
    /// @throws LinuxException when the kernel refuses, as with `ENOMEM` beyond a limit on address space
    @Override
    @SuppressWarnings("restricted")
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        if (byteSize < 0 || byteAlignment <= 0 || byteAlignment > PAGE || Long.bitCount(byteAlignment) != 1) {
            throw new IllegalArgumentException(byteSize + " octets, aligned to " + byteAlignment);
        }
        // A mapping has one octet at least; a segment may have none.
        long mapped = Math.max(byteSize, 1);
        long address = Errno.check("mmap", map(Libc.current(), mapped));
        return MemorySegment.ofAddress(address).reinterpret(byteSize, arena, _ -> Errno.check("munmap", unmap(Libc.current(), address, mapped)));
    }

    private static long map(Libc libc, long bytes) {
        try {
            return libc.result((long) MMAP.invokeExact(
                libc.state, 0L, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0L));
        } catch (Throwable t) {
            throw Foreign.failed("mmap", t);
        }
    }

    private static int unmap(Libc libc, long address, long bytes) {
        try {
            return libc.result((int) MUNMAP.invokeExact(libc.state, address, bytes));
        } catch (Throwable t) {
            throw Foreign.failed("munmap", t);
        }
    }

    @Override
    public MemorySegment.Scope scope() {
        return arena.scope();
    }

    @Override
    public void close() {
        arena.close();
    }
}
