package io.etherloom.it;

import io.etherloom.capture.CapturedFrame;
import io.etherloom.capture.PcapReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Wireshark's part of a capture by extcap with a toolbar, over three fifos as extcap(4) has them: reads the capture, hears what the toolbar is
/// told, and says what a person sets.
final class ToolbarOfWireshark implements AutoCloseable {
    /// A message from the program.
    record Told(int control, int command, String value) {}

    private final Path folder;
    private final ByteArrayOutputStream captured = new ByteArrayOutputStream();
    private final List<Told> told = new CopyOnWriteArrayList<>();
    private final OutputStream toolbar;

    /// The program is started with the fifos of [#arguments].
    ToolbarOfWireshark(Path folder) throws Exception {
        this.folder = folder;
        Thread.ofPlatform().daemon().start(this::capture);
        Thread.ofPlatform().daemon().start(this::hear);
        toolbar = new FileOutputStream(fifo("in"));
        toolbar.write(message(0, 0, new byte[0]));
    }

    static List<String> arguments(Path folder) throws Exception {
        for (var name : List.of("capture", "in", "out")) {
            Command.run("mkfifo", folder.resolve(name).toString());
        }
        return List.of("--fifo", folder.resolve("capture").toString(), "--extcap-control-in", folder.resolve("in").toString(),
            "--extcap-control-out", folder.resolve("out").toString());
    }

    private String fifo(String name) {
        return folder.resolve(name).toString();
    }

    private void capture() {
        try (var in = new FileInputStream(fifo("capture"))) {
            var octets = new byte[65_536];
            for (int size = in.read(octets); size >= 0; size = in.read(octets)) {
                captured.write(octets, 0, size);
            }
        } catch (IOException _) {
            // The test is over.
        }
    }

    private void hear() {
        try (var in = new DataInputStream(new FileInputStream(fifo("out")))) {
            while (in.read() == 'T') {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int control = in.readUnsignedByte();
                int command = in.readUnsignedByte();
                told.add(new Told(control, command, new String(in.readNBytes(length - 2), StandardCharsets.UTF_8)));
            }
        } catch (IOException _) {
            // The program has ended.
        }
    }

    private static byte[] message(int control, int command, byte[] value) {
        var message = new ByteArrayOutputStream();
        message.writeBytes(new byte[] {'T', 0, 0, (byte) (value.length + 2), (byte) control, (byte) command});
        message.writeBytes(value);
        return message.toByteArray();
    }

    void filter(String text) throws IOException {
        toolbar.write(message(0, 1, text.getBytes(StandardCharsets.UTF_8)));
    }

    void dropOnly(boolean isOn) throws IOException {
        toolbar.write(message(1, 1, new byte[] {(byte) (isOn ? 1 : 0)}));
    }

    List<Told> told() {
        return List.copyOf(told);
    }

    byte[] octets() {
        return captured.toByteArray();
    }

    /// The frames that are there whole.
    List<CapturedFrame> frames() {
        var frames = new ArrayList<CapturedFrame>();
        try (var reader = new PcapReader(new ByteArrayInputStream(captured.toByteArray()))) {
            for (var frame = reader.next(); frame != null; frame = reader.next()) {
                frames.add(frame);
            }
        } catch (IOException _) {
            // The rest is on its way.
        }
        return frames;
    }

    @Override
    public void close() throws IOException {
        toolbar.close();
    }
}
