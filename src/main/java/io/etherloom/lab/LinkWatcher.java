package io.etherloom.lab;

import io.etherloom.linux.Link;
import io.etherloom.linux.LinkMonitor;
import io.etherloom.linux.LinuxException;
import io.etherloom.linux.Rtnetlink;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells when an interface of the machine goes up or down: a TAP that serves as uplink has a link while its other side is
/// administratively up. A thread of its own, in the machine's namespace.
final class LinkWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinkWatcher.class);
    private static final int TURN_MILLIS = 200;

    private final BiConsumer<String, Boolean> onChange;
    private final Thread thread;
    private volatile boolean isRunning = true;

    /// @param onChange name of an interface and whether it is up; called from the watcher's thread, also when nothing has changed
    LinkWatcher(BiConsumer<String, Boolean> onChange) {
        this.onChange = onChange;
        thread = Thread.ofPlatform().name("link-watcher").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try (var monitor = LinkMonitor.open()) {
            readAll();
            while (isRunning) {
                for (var event : monitor.await(TURN_MILLIS)) {
                    switch (event) {
                        case LinkMonitor.Event.Changed changed -> tell(changed.link());
                        case LinkMonitor.Event.Removed removed -> onChange.accept(removed.link().name(), false);
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
        onChange.accept(link.name(), link.isUp());
    }

    @Override
    public void close() {
        isRunning = false;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
