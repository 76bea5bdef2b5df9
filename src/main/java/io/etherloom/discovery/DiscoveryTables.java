package io.etherloom.discovery;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the ports of one switch say and hear, by dense index: made for each change of configuration outside the agent, with the frames that
/// are sent, and never changed afterwards.
public final class DiscoveryTables {
    /// No port says or hears anything.
    public static final DiscoveryTables SILENT = compile(Map.of());

    private static final Frames[] NOTHING = {};

    /// The frames of one announcement, in native memory.
    ///
    /// @param farewell said when the announcement ends, null where the protocol has none
    record Frames(Announcement announcement, MemorySegment frame, @Nullable MemorySegment farewell) {}

    private final boolean[] names;
    private final Frames[][] said;
    /// Bit of [#bit] for each protocol.
    private final byte[] heard;
    private final byte[] ended;

    private DiscoveryTables(int size) {
        names = new boolean[size];
        said = new Frames[size][0];
        heard = new byte[size];
        ended = new byte[size];
    }

    /// @param ports by index; those that are silent may be left out
    public static DiscoveryTables compile(Map<Integer, PortDiscovery> ports) {
        int size = 0;
        for (int port : ports.keySet()) {
            size = Math.max(size, port + 1);
        }
        var tables = new DiscoveryTables(size);
        for (var entry : ports.entrySet()) {
            tables.put(entry.getKey(), entry.getValue());
        }
        return tables;
    }

    private void put(int port, PortDiscovery discovery) {
        var frames = new Frames[discovery.announcements().size()];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = frames(discovery.announcements().get(i));
        }
        names[port] = true;
        said[port] = frames;
        for (var protocol : discovery.heard()) {
            heard[port] |= bit(protocol);
        }
        for (var protocol : discovery.ended()) {
            ended[port] |= bit(protocol);
        }
    }

    private static Frames frames(Announcement announcement) {
        var said = announcement.advertisement();
        return switch (announcement.protocol()) {
            case CDP -> new Frames(announcement, inNative(Cdp.frame(said, announcement.source())), null);
            case LLDP -> new Frames(announcement, inNative(Lldp.frame(said, announcement.source())), inNative(Lldp.farewell(said, announcement.source())));
        };
    }

    private static MemorySegment inNative(byte[] frame) {
        return Arena.ofAuto().allocate(frame.length).copyFrom(MemorySegment.ofArray(frame));
    }

    private static byte bit(DiscoveryProtocol protocol) {
        return (byte) (1 << protocol.ordinal());
    }

    /// One more than the highest port that says or hears something.
    int size() {
        return said.length;
    }

    boolean names(int port) {
        return port < names.length && names[port];
    }

    Frames[] said(int port) {
        return port < said.length ? said[port] : NOTHING;
    }

    /// Whether a port hears what it heard by other tables.
    boolean hearsLike(DiscoveryTables other, int port) {
        return heardBits(port) == other.heardBits(port);
    }

    private int heardBits(int port) {
        return port < heard.length ? heard[port] : 0;
    }

    boolean isHeard(int port, DiscoveryProtocol protocol) {
        return (heardBits(port) & bit(protocol)) != 0;
    }

    boolean isEnded(int port, DiscoveryProtocol protocol) {
        return port < ended.length && (ended[port] & bit(protocol)) != 0;
    }
}
