package io.etherloom.vswitch;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// Collects the ports that change their uplinks at one moment, so that a failover of a thousand ports is told as one. Used on the agent
/// thread; empty again after [#tell].
final class MoveReport {
    private record Way(int from, int to, TeamState.Cause cause) {}

    private final Map<Way, int[]> moves = new LinkedHashMap<>();

    void add(int port, int from, int to, TeamState.Cause cause) {
        moves.merge(new Way(from, to, cause), new int[] {port}, MoveReport::joined);
    }

    private static int[] joined(int[] some, int[] more) {
        var all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    void tell(SwitchListener listener) {
        if (!moves.isEmpty()) {
            moves.forEach((way, ports) -> listener.moved(ports, way.from(), way.to(), way.cause()));
            moves.clear();
        }
    }
}
