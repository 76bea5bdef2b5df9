package io.etherloom.cli;

import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;

/// The toolbar of Wireshark, by the two fifos of extcap(4): a control for the filter and one for "only drops". Each message is
///
///     | 'T' (1) | length of what follows (3, big-endian) | control (1) | command (1) | value … |
///
/// Both fifos block until the other side opens them, and the other side may never do so (tshark), so each has a thread of its own.
final class ExtcapControls {
    static final int FILTER = 0;
    static final int DROP_ONLY = 1;
    /// The command by which a value is set, in both directions.
    static final int SET = 1;
    /// The command by which a box with a warning is shown.
    static final int WARNING = 8;

    private static final int SYNC = 'T';
    private static final int MAX_LENGTH = 1 << 16;

    private final LinkedBlockingQueue<byte[]> waiting = new LinkedBlockingQueue<>();

    /// Told what a person has set, on a thread of the toolbar.
    interface Listener {
        void filter(String text);

        void dropOnly(boolean isDropOnly);
    }

    private ExtcapControls() {}

    /// Shows what is captured, and tells of changes from then on.
    static ExtcapControls open(Path in, Path out, Listener listener, ExtcapCapture.Wish wish) {
        var controls = new ExtcapControls();
        controls.say(FILTER, SET, wish.filter().getBytes(StandardCharsets.UTF_8));
        controls.say(DROP_ONLY, SET, new byte[] {(byte) (wish.isDropOnly() ? 1 : 0)});
        Thread.ofPlatform().daemon().name("toolbar out").start(() -> controls.write(out));
        Thread.ofPlatform().daemon().name("toolbar in").start(() -> read(in, listener));
        return controls;
    }

    /// Shows a sentence in a box.
    void warn(String sentence) {
        say(FILTER, WARNING, sentence.getBytes(StandardCharsets.UTF_8));
    }

    private void say(int control, int command, byte[] value) {
        int length = value.length + 2;
        var message = new byte[4 + length];
        message[0] = SYNC;
        message[1] = (byte) (length >> 16);
        message[2] = (byte) (length >> 8);
        message[3] = (byte) length;
        message[4] = (byte) control;
        message[5] = (byte) command;
        System.arraycopy(value, 0, message, 6, value.length);
        waiting.add(message);
    }

    private void write(Path fifo) {
        try (OutputStream out = new FileOutputStream(fifo.toFile())) {
            while (true) {
                out.write(waiting.take());
                out.flush();
            }
        } catch (IOException | InterruptedException _) {
            // Nobody looks at the toolbar any more.
        }
    }

    private static void read(Path fifo, Listener listener) {
        try (var in = new DataInputStream(new FileInputStream(fifo.toFile()))) {
            for (int sync = in.read(); sync == SYNC; sync = in.read()) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                if (length < 2 || length > MAX_LENGTH) {
                    return;
                }
                int control = in.readUnsignedByte();
                int command = in.readUnsignedByte();
                accept(control, command, in.readNBytes(length - 2), listener);
            }
        } catch (IOException _) {
            // Nobody touches the toolbar any more.
        }
    }

    private static void accept(int control, int command, byte[] value, Listener listener) {
        if (command != SET) {
            return;
        }
        switch (control) {
            case FILTER -> listener.filter(new String(value, StandardCharsets.UTF_8));
            case DROP_ONLY -> listener.dropOnly(value.length > 0 && value[0] != 0);
            default -> { }      // Of a later version.
        }
    }
}
