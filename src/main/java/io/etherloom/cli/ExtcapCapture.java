package io.etherloom.cli;

import io.etherloom.cli.ExtcapInterfaces.Interface;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// One capture that Wireshark has begun: what a lab sends goes into the fifo, until the reader closes it or ends this process. What the
/// toolbar changes is asked of the lab anew, and goes on in the same stream; a filter that is wrong is told, and the capture goes on as it was.
final class ExtcapCapture implements ExtcapControls.Listener {
    private final World world;
    private final Path fifo;
    private Wish wish;
    private LabClient.@Nullable Exchange current;
    /// What the toolbar has begun, for the thread that copies.
    private LabClient.@Nullable Exchange following;
    private @Nullable ExtcapControls controls;

    /// What is captured.
    ///
    /// @param snapLength 0 for whole frames
    record Wish(Interface what, String filter, boolean isDropOnly, int snapLength) {
        String path() {
            return "/v1/capture?" + what.query() + (isDropOnly || what.isDrops() ? "&point=Drop" : "")
                + (filter.isBlank() ? "" : "&filter=" + LabClient.segment(filter)) + (snapLength == 0 ? "" : "&snaplen=" + snapLength);
        }
    }

    ExtcapCapture(World world, Wish wish, Path fifo) {
        this.world = world;
        this.wish = wish;
        this.fifo = fifo;
    }

    /// @param in  fifo by which the toolbar speaks, or null
    /// @param out fifo by which it is spoken to, or null
    int run(@Nullable Path in, @Nullable Path out) throws IOException {
        // Asked before the fifo is opened: a wrong filter is said on stderr, which Wireshark shows.
        var first = begin(wish);
        if (in != null && out != null) {
            controls = ExtcapControls.open(in, out, this, wish);
        }
        try (var stream = new FileOutputStream(fifo.toFile())) {
            copyAll(first, new PcapngSplice(stream), stream);
        } catch (IOException _) {
            // Whoever reads has enough.
        }
        return ExitCode.OK;
    }

    private LabClient.Exchange begin(Wish next) {
        return new LabClient(next.what().lab().name(), next.what().lab().socket(), world).open("GET", next.path(), "", 0);
    }

    private void copyAll(LabClient.Exchange first, PcapngSplice splice, OutputStream stream) throws IOException {
        var exchange = first;
        while (exchange != null) {
            try (var reading = exchange) {
                if (isCurrent(reading)) {
                    copy(reading, splice, stream);
                }
            }
            exchange = next();
        }
    }

    /// @return false when the toolbar was changed again meanwhile
    private synchronized boolean isCurrent(LabClient.Exchange exchange) {
        current = exchange;
        return following == null;
    }

    private static void copy(LabClient.Exchange exchange, PcapngSplice splice, OutputStream stream) throws IOException {
        var blocks = new PcapngStream(exchange.body());
        splice.begin();
        while (true) {
            try {
                if (!blocks.next()) {
                    return;
                }
            } catch (IOException | ClosedSelectorException e) {
                return;     // The lab has ended, or the toolbar has.
            }
            splice.write(blocks.copy());
            if (!blocks.hasMoreAtOnce()) {
                stream.flush();
            }
        }
    }

    /// @return null when nobody wants more
    private synchronized LabClient.@Nullable Exchange next() {
        var next = following;
        following = null;
        return next;
    }

    @Override
    public void filter(String text) {
        change(new Wish(wish().what(), text, wish().isDropOnly(), wish().snapLength()));
    }

    @Override
    public void dropOnly(boolean isDropOnly) {
        change(new Wish(wish().what(), wish().filter(), isDropOnly, wish().snapLength()));
    }

    private synchronized Wish wish() {
        return wish;
    }

    /// Begun before the one that runs is ended, so that what is wrong ends nothing.
    private void change(Wish next) {
        if (next.equals(wish())) {
            return;
        }
        try {
            var begun = begin(next);
            synchronized (this) {
                wish = next;
                close(following);
                following = begun;
                close(current);
            }
        } catch (Failure refused) {
            say(refused.sentence());
        }
    }

    private void say(String sentence) {
        var told = controls;
        if (told != null) {
            told.warn(sentence);
        }
    }

    private static void close(LabClient.@Nullable Exchange exchange) {
        try {
            if (exchange != null) {
                exchange.close();
            }
        } catch (ClosedChannelException _) {
            // It has ended by itself.
        } catch (IOException _) {
            // It is closed all the same.
        }
    }
}
