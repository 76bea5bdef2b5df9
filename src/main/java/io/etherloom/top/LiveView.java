package io.etherloom.top;

import io.etherloom.lab.view.TopView;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/// A live view on a terminal. One thread draws and owns the board; others wait for keys, samples, signals and a new size of the screen, and
/// tell it. However it ends, the terminal is given back as it was.
///
/// ```
/// keys ──────┐
/// samples ───┤
/// resizes ───┼──► queue ──► board ──► screen
/// signals ───┘
/// ```
public final class LiveView {
    private static final double NANOS = 1e9;

    private final LinkedBlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();
    private final Semaphore samplesWanted = new Semaphore(0);
    private final Supplier<TopView> source;
    private final Board board;
    private final long limit;
    private volatile double delaySeconds;

    private sealed interface Happening {
        record Pressed(Key key) implements Happening {}

        record Sampled(TopView view) implements Happening {}

        record Resized() implements Happening {}

        record Ended(int exitCode) implements Happening {}

        record Failed(RuntimeException fault) implements Happening {}
    }

    /// @param first        what the lab said at first, so that whatever is wrong with it was said before there is a screen
    /// @param source       asks the lab again; what it throws ends the view and is thrown by [#run]
    /// @param delaySeconds between samples
    /// @param limit        samples after which it ends, the first not counted; 0 for no end
    /// @param hasColour    not where NO_COLOR asks for none
    public LiveView(TopView first, Supplier<TopView> source, double delaySeconds, long limit, boolean hasColour) {
        this.source = source;
        this.delaySeconds = delaySeconds;
        this.limit = limit;
        board = new Board(first, delaySeconds, ZoneId.systemDefault(), hasColour);
    }

    /// Runs until somebody quits.
    ///
    /// @param signal waits for a signal that ends it and gives the exit code for it
    /// @return the exit code
    /// @throws IOException when there is no terminal to draw on
    public int run(IntSupplier signal) throws IOException {
        try (var screen = Screen.open(() -> happenings.add(new Happening.Resized()), () -> happenings.add(new Happening.Ended(0)))) {
            watch("signals", () -> happenings.add(new Happening.Ended(signal.getAsInt())));
            watch("keys", () -> readKeys(screen));
            watch("samples", this::takeSamples);
            return loop(screen);
        }
    }

    private static void watch(String name, Runnable work) {
        Thread.ofPlatform().daemon().name(name).start(work);
    }

    private void readKeys(Screen screen) {
        var decoder = new KeyDecoder(screen);
        try {
            for (var key = decoder.next(); key != null; key = decoder.next()) {
                happenings.add(new Happening.Pressed(key));
            }
        } catch (IOException _) {
            // The terminal is gone.
        }
        happenings.add(new Happening.Ended(0));
    }

    /// The second sample follows soon after the first, so that there are rates to see. Only those that come by themselves count for the limit.
    private void takeSamples() {
        try {
            double seconds = limit == 0 ? Math.min(1, delaySeconds) : delaySeconds;
            for (long taken = 0; limit == 0 || taken < limit; ) {
                boolean isAsked = samplesWanted.tryAcquire((long) (seconds * NANOS), TimeUnit.NANOSECONDS);
                samplesWanted.drainPermits();
                happenings.add(new Happening.Sampled(source.get()));
                taken += isAsked ? 0 : 1;
                seconds = delaySeconds;
            }
            happenings.add(new Happening.Ended(0));
        } catch (RuntimeException fault) {
            happenings.add(new Happening.Failed(fault));
        } catch (InterruptedException _) {
            // Nobody interrupts it; if somebody does, it ends.
        }
    }

    private int loop(Screen screen) {
        screen.show(board.draw(screen.width(), screen.height()));
        while (true) {
            for (var happening : next()) {
                switch (happening) {
                    case Happening.Pressed(var key) -> {
                        if (press(key)) {
                            return 0;
                        }
                    }
                    case Happening.Sampled(var view) -> board.sample(view);
                    case Happening.Resized() -> {
                        screen.resized();
                        board.resized();
                    }
                    case Happening.Ended(int exitCode) -> {
                        return exitCode;
                    }
                    case Happening.Failed(var fault) -> throw fault;
                }
            }
            screen.show(board.draw(screen.width(), screen.height()));
        }
    }

    private boolean press(Key key) {
        switch (board.press(key)) {
            case QUIT -> {
                return true;
            }
            case REFRESH -> samplesWanted.release();
            case DELAY -> {
                delaySeconds = board.delaySeconds();
                samplesWanted.release();
            }
            case NOTHING -> { }
        }
        return false;
    }

    /// Waits for what happens next, and takes all that has happened besides: the screen is drawn once for it.
    private List<Happening> next() {
        var all = new ArrayList<Happening>();
        try {
            all.add(happenings.take());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return List.of(new Happening.Ended(0));
        }
        happenings.drainTo(all);
        return all;
    }
}
