package io.etherloom.traffic;

/// Where test frames enter a network and where they leave it. One thread sends; one thread listens, drains and falls silent; control
/// code closes when both have stopped.
public interface TrafficPort extends AutoCloseable {
    /// As the lab calls the port: `web1.eth0`.
    String name();

    /// The address that it has now; 48 bits, the first octet on the wire in bits 47 to 40.
    long mac();

    /// Largest payload that it takes.
    int mtu();

    /// Sends the first frames of a burst.
    ///
    /// @return how many were taken; each of the others was refused because the port had no room, and is lost
    /// @throws io.etherloom.linux.LinuxException when the port is down or gone
    int send(Burst burst, int count);

    /// From now on test frames that arrive go to `tally`.
    ///
    /// @param octets of the longest frame, without frame check sequence
    void listen(int octets, Tally tally);

    /// Hands over what has arrived, without waiting.
    ///
    /// @return how many frames; always 0 for a port that hands over on a thread of its own
    int drain(int limit);

    /// Frames that arrived since [#listen] and that the generator itself had no room for.
    long overruns();

    /// Ends [#listen]; what had arrived and was not drained is lost. Twice is no fault.
    void silence();

    @Override
    void close();
}
