package io.etherloom.lab;

import io.etherloom.fabric.PhysicalSwitch;
import io.etherloom.vswitch.SwitchListener;
import io.etherloom.vswitch.TeamState;

/// Passes on what one switch tells on its agent's thread. See [SwitchEvents] for what becomes of it.
final class SwitchNews implements SwitchListener, PhysicalSwitch.Listener {
    private final String key;
    private final News news;
    private final SwitchEvents events;
    private final Runnable onPortDisabled;

    /// @param key of the switch
    /// @param onPortDisabled run when a physical switch has disabled or enabled a port
    SwitchNews(String key, News news, SwitchEvents events, Runnable onPortDisabled) {
        this.key = key;
        this.news = news;
        this.events = events;
        this.onPortDisabled = onPortDisabled;
    }

    @Override
    public void linkSeen(int uplink, boolean isUp) {
        news.add(time -> events.linkSeen(time, key, uplink, isUp));
    }

    @Override
    public void flapping(int uplink, int downs) {
        news.add(time -> events.flapping(time, key, uplink, downs));
    }

    @Override
    public void moved(int[] ports, int from, int to, TeamState.Cause cause) {
        news.add(time -> events.moved(time, key, ports, from, to, cause));
    }

    @Override
    public void outageEnded(int port, long outageNanos) {
        news.add(time -> events.outageEnded(time, key, port, outageNanos));
    }

    @Override
    public void teamStands(int[] ports, int[] uplinks, int[] healthy) {
        news.add(time -> events.teamStands(time, key, ports, uplinks, healthy));
    }

    @Override
    public void beacons(int uplink, int vlan, boolean isHeard) {
        news.add(time -> events.beacons(time, key, uplink, vlan, isHeard));
    }

    @Override
    public void doubt(int[] uplinks, int vlan, boolean isInDoubt) {
        news.add(time -> events.doubt(time, key, uplinks, vlan, isInDoubt));
    }

    @Override
    public void announced(int[] ports) {
        news.add(time -> events.announced(time, key, ports));
    }

    @Override
    public void forged(int port, long source, long refused) {
        news.add(time -> events.forged(time, key, port, source, refused));
    }

    @Override
    public void errDisabled(int port) {
        news.add(time -> events.errDisabled(time, key, port, true));
        onPortDisabled.run();
    }

    @Override
    public void recovered(int port) {
        news.add(time -> events.errDisabled(time, key, port, false));
        onPortDisabled.run();
    }
}
