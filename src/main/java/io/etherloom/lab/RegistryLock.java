package io.etherloom.lab;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps claims, changes of records and sweeps of one user apart, between processes by a locked file and between threads by a lock of
/// this process (a file is locked for the process as a whole). Not held while waiting for anything but short system calls.
final class RegistryLock implements AutoCloseable {
    private static final ReentrantLock THREADS = new ReentrantLock();

    private final FileChannel channel;

    private RegistryLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Waits until nobody else has it.
    ///
    /// @param root the prepared folder of all labs
    @SuppressWarnings("try")
    static RegistryLock take(Path root) {
        // Closing any descriptor of a file drops the process's lock on it (fcntl(2)), so a second channel must not be open meanwhile.
        if (THREADS.isHeldByCurrentThread()) throw new IllegalStateException("the registry is locked by this thread already");
        THREADS.lock();
        try {
            var channel = FileChannel.open(root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                channel.lock();
                return new RegistryLock(channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            THREADS.unlock();
            throw new LabException(LabException.Kind.ENVIRONMENT, "cannot lock " + root.resolve(".lock") + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            THREADS.unlock();
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // The lock goes with the descriptor, which is closed whatever close(2) says.
        } finally {
            THREADS.unlock();
        }
    }
}
