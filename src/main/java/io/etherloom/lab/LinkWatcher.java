package io.etherloom.lab;

import io.etherloom.linux.Epoll;
import io.etherloom.linux.Errno;
import io.etherloom.linux.EventFd;
import io.etherloom.linux.Libc;
import io.etherloom.linux.Link;
import io.etherloom.linux.LinkMonitor;
import io.etherloom.linux.LinuxException;
import io.etherloom.linux.Rtnetlink;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells when an interface of the machine goes up or down: a TAP that serves as uplink has a link while its other side is
/// administratively up. A thread of its own, in the machine's namespace.
final class LinkWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinkWatcher.class);
    private static final int MAX_READY = 2;

    private final Consumer<String> onChange;
    private final Thread thread;
    private final EventFd bell = new EventFd();
    private volatile boolean isRunning = true;

    /// @param onChange given the name of an interface about which something may have changed; called from the watcher's thread
    LinkWatcher(Consumer<String> onChange) {
        this.onChange = onChange;
        thread = Thread.ofPlatform().name("link-watcher").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        var libc = Libc.current();
        try (var monitor = LinkMonitor.open(); var epoll = new Epoll(MAX_READY)) {
            Errno.check("epoll_ctl", epoll.add(libc, monitor.fd(), Epoll.EPOLLIN, 0));
            Errno.check("epoll_ctl", epoll.add(libc, bell.fd(), Epoll.EPOLLIN, 1));
            readAll();
            while (isRunning) {
                epoll.await(libc, -1);
                for (var event : monitor.await(0)) {
                    switch (event) {
                        case LinkMonitor.Event.Changed changed -> tell(changed.link());
                        case LinkMonitor.Event.Removed removed -> tell(removed.link());
                        case LinkMonitor.Event.Lost _ -> readAll();
                    }
                }
            }
        } catch (LinuxException fault) {
            LOG.warn("event=link-watcher-failed effect=\"links of TAP uplinks are not watched\" reason=\"{}\"", fault.getMessage());
        }
    }

    private void readAll() {
        try (var link = Rtnetlink.open()) {
            link.links().forEach(this::tell);
        }
    }

    private void tell(Link link) {
        try {
            onChange.accept(link.name());
        } catch (RuntimeException fault) {
            LOG.error("event=link-watcher-fault interface={}", link.name(), fault);      // The others are watched all the same.
        }
    }

    @Override
    public void close() {
        isRunning = false;
        bell.signal(Libc.current());
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        bell.close();
    }
}
