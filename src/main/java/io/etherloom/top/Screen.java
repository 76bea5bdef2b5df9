package io.etherloom.top;

import java.io.IOException;
import java.util.List;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/// The terminal of this process as a screen: keys come as they are pressed and only what has changed is drawn. From opening to closing it
/// shows the alternate screen; closing gives back everything as it was. One thread draws, one reads keys; any may close.
final class Screen implements KeyDecoder.Input, AutoCloseable {
    private static final long SOON_MILLIS = 50;
    private static final long TURN_MILLIS = 200;
    private static final int SMALLEST = 1;

    private final Terminal terminal;
    private final Attributes before;
    private final Display display;
    private final NonBlockingReader reader;
    private int width;
    private int height;
    private volatile boolean isClosed;

    private Screen(Terminal terminal) {
        this.terminal = terminal;
        before = terminal.enterRawMode();
        terminal.puts(Capability.enter_ca_mode);
        terminal.puts(Capability.cursor_invisible);
        terminal.flush();
        display = new Display(terminal, true);
        reader = terminal.reader();
        resized();
    }

    /// From its return on no signal of the terminal ends or stops this process: each is told or passes without a trace, since a process that
    /// stops would leave its screen to the shell.
    ///
    /// @param onResize    told when the size has changed; any thread
    /// @param onInterrupt told when Ctrl-C is pressed; any thread
    /// @throws IOException when this process has no terminal, or one of which nothing is known
    static Screen open(Runnable onResize, Runnable onInterrupt) throws IOException {
        var terminal = TerminalBuilder.builder().system(true).provider(TerminalBuilder.PROP_PROVIDER_FFM).dumb(false).nativeSignals(true)
                .signalHandler(signal -> {
                    switch (signal) {
                        case WINCH -> onResize.run();
                        case INT -> onInterrupt.run();
                        case QUIT, TSTP, CONT, INFO -> { }
                    }
                }).build();
        if (terminal.getStringCapability(Capability.cursor_address) == null) {
            var type = terminal.getType();
            terminal.close();
            throw new IOException("the terminal type \"" + type + "\" cannot be drawn on");
        }
        return new Screen(terminal);
    }

    /// The size is another now.
    void resized() {
        var size = terminal.getSize();
        width = Math.max(SMALLEST, size.getColumns());
        height = Math.max(SMALLEST, size.getRows());
        display.resize(Size.of(width, height));
        display.clear();
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    void show(List<AttributedString> lines) {
        display.update(lines, 0);
    }

    /// In turns, because a reader that waits without a limit could not be closed.
    @Override
    public int read() throws IOException {
        int point = NonBlockingReader.READ_EXPIRED;
        while (point == NonBlockingReader.READ_EXPIRED && !isClosed) {
            point = reader.read(TURN_MILLIS);
        }
        return point;
    }

    @Override
    public int readSoon() throws IOException {
        return reader.read(SOON_MILLIS);
    }

    @Override
    public synchronized void close() throws IOException {
        if (!isClosed) {
            isClosed = true;
            terminal.puts(Capability.cursor_normal);
            terminal.puts(Capability.exit_ca_mode);
            terminal.flush();
            terminal.setAttributes(before);
            terminal.close();
        }
    }
}
