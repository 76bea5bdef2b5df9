package io.etherloom.top;

import io.etherloom.top.Interval.PortLine;
import java.util.ArrayList;
import java.util.List;

/// The columns of esxtop's network screen, in its order and spelling (spec 8.7, 8.8).
final class PortColumns {
    private static final String TX = " sent by the VM or vmk; of an uplink, what the pNIC puts on the wire.";
    private static final String RX = " that the VM or vmk got; of an uplink, what the pNIC takes from the wire.";

    private PortColumns() {}

    /// @param hasHosts whether the lab has several hosts, whose port ids are alike
    static List<Column<PortLine>> of(Unit unit, boolean hasHosts) {
        var columns = new ArrayList<Column<PortLine>>();
        columns.add(Column.id("PORT-ID", "Id of the port on its host.", line -> line.port().portId()));
        columns.add(Column.<PortLine>text("USED-BY", "World id and vNIC of a VM, vmk, vmnic or Management.", 40, line -> line.port().usedBy()));
        columns.add(host(hasHosts));
        columns.add(flag("UPLINK", "Y for a port that leads out of the host.", line -> line.port().uplink()));
        columns.add(flag("UP", "Y while the link is up.", line -> line.port().up())
                .toned(line -> line.port().up() ? Tone.PLAIN : Tone.FIX));
        columns.add(Column.<PortLine>text("SPEED", "Nominal speed of a pNIC in Mb/s; nothing is limited by it.", 8,
                line -> Figures.megabits(line.port().bitsPerSecond())).right().optional());
        columns.add(Column.<PortLine>text("FDUPLX", "Y for a pNIC with full duplex: always.", 6, line -> line.port().uplink() ? "Y" : "-").optional());
        columns.add(Column.<PortLine>text("TEAM-PNIC", "Uplink by which the port sends, all(n) for IP hash, void for none.", 12,
                line -> line.port().teamPnic()).right().toned(line -> line.port().teamPnic().equals("void") ? Tone.FIX : Tone.PLAIN));
        columns.add(Column.<PortLine>text("DNAME", "The vSwitch.", 24, line -> line.port().vSwitch()));
        addFlows(columns, unit);
        return columns;
    }

    private static void addFlows(List<Column<PortLine>> columns, Unit unit) {
        columns.add(Column.rate("PKTTX/s", "Frames" + TX, line -> line.transmitted().framesPerSecond()));
        columns.add(Column.rate(unit.heading("TX/s"), "Amount" + TX, line -> unit.of(line.transmitted().bitsPerSecond())));
        columns.add(Column.rate("PSZTX", "Mean octets of a frame" + TX, line -> line.transmitted().meanOctets()));
        columns.add(Column.rate("PKTRX/s", "Frames" + RX, line -> line.received().framesPerSecond()));
        columns.add(Column.rate(unit.heading("RX/s"), "Amount" + RX, line -> unit.of(line.received().bitsPerSecond())));
        columns.add(Column.rate("PSZRX", "Mean octets of a frame" + RX, line -> line.received().meanOctets()));
        columns.add(Column.<PortLine>rate("%DRPTX", "Of the frames sent, those that ended in the switch.",
                line -> line.transmitted().droppedPercent()).toned(line -> Tone.ofDrops(line.transmitted().droppedPercent())));
        columns.add(Column.<PortLine>rate("%DRPRX", "Of the frames for it, those that its ring had no room for.",
                line -> line.received().droppedPercent()).toned(line -> Tone.ofDrops(line.received().droppedPercent())));
        columns.add(Column.<PortLine>rate("ACTN/s", "Frames that the switch itself made or took here: RARP, beacons.",
                PortLine::actionsPerSecond).optional());
        columns.add(Column.<PortLine>rate("PKTTXMUL/s", "Multicasts" + TX, line -> line.transmitted().multicastsPerSecond()).optional());
        columns.add(Column.<PortLine>rate("PKTTXBRD/s", "Broadcasts" + TX, line -> line.transmitted().broadcastsPerSecond()).optional());
        columns.add(Column.<PortLine>rate("PKTRXMUL/s", "Multicasts" + RX, line -> line.received().multicastsPerSecond()).optional());
        columns.add(Column.<PortLine>rate("PKTRXBRD/s", "Broadcasts" + RX, line -> line.received().broadcastsPerSecond()).optional());
    }

    private static Column<PortLine> host(boolean isShown) {
        var column = Column.<PortLine>text("HOST", "Host of the port.", 16, line -> line.port().host());
        return isShown ? column : column.optional();
    }

    private static Column<PortLine> flag(String heading, String help, java.util.function.Predicate<PortLine> is) {
        return Column.<PortLine>text(heading, help, 6, line -> is.test(line) ? "Y" : "N").optional();
    }
}
