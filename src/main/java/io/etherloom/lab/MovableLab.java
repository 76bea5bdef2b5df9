package io.etherloom.lab;

import io.etherloom.event.EventLog;
import io.etherloom.lab.view.SecurityView;
import io.etherloom.topology.Topology;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a VMotion asks of a lab and does to it. Every method may be called from any thread and blocks until it is done.
public interface MovableLab {
    /// What the lab follows: its file, settings by hand included.
    Topology topology();

    /// What has happened, and what happens from now on. It ends with the lab.
    EventLog events();

    /// What guests asked for and what security policies make of it.
    List<SecurityView> security();

    /// Where ports of vNICs and vmks sit now; empty while the lab is busy for long.
    List<Meters.Seat> seats();

    /// Begins to move a VM's ports to another host. The move holds until the file is applied again.
    ///
    /// @return closed by the caller, whatever becomes of it
    /// @throws LabException when there is no such VM or host, no room, or the journal cannot be written
    PortMove prepareMove(String vm, String host);

    /// What carries the memory of a VM to another host; null where nothing has to be carried, as of a namespace or of a VM that is off.
    @Nullable GuestMigration migration(String vm, String host);
}
