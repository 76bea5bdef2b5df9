package io.etherloom.lab.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What would become of one frame.
///
/// @param from     the port by which it enters, such as `web1.eth0`
/// @param to       where it is meant to come out, null where any place will do
/// @param arrives  whether a copy comes out there
/// @param verdict  that in a sentence
/// @param arrivals every place where a copy comes out
/// @param drops    every place where one ends, in the order of the path
/// @param notes    what a reader must know besides
/// @param path     from the first switch on
public record TraceView(String from, @Nullable String to, Frame frame, boolean arrives, String verdict, List<String> arrivals, List<Ending> drops,
        List<String> notes, Hop path) {
    /// The frame as it enters.
    ///
    /// @param vlan   of its tag, null without one
    /// @param octets on the wire, tag included, without frame check sequence
    /// @param hex    at most the first 64 of them
    public record Frame(String source, String destination, @Nullable Integer vlan, String protocol, int octets, String hex) {}

    /// What one switch does with one copy.
    ///
    /// @param where   the switch: `esx1/vSwitch0`, `tor1`, `gw`
    /// @param kind    `vswitch`, `switch` or `router`
    /// @param leftOut copies that are not shown, because a flood goes to so many ports; they were followed all the same
    public record Hop(String where, String kind, List<Stage> stages, int leftOut) {}

    /// What happens at one point.
    ///
    /// @param point    by the names of captures: `VnicTx`, `UplinkSnd`, `Drop`
    /// @param port     `web1.eth0`, `esx1/vmnic0`, `tor1/24`
    /// @param vlan     of the tag that the frame has there, null without one
    /// @param outcome  `passes`, `crosses` a cable, `delivered`, `leaves` the lab, `refused` or `dropped`
    /// @param reason   of a drop
    /// @param micros   since the frame entered the first switch: time that it waits in shapers
    /// @param sentence what was decided
    /// @param because  the values that decided
    /// @param next     where a cable leads
    public record Stage(String point, String port, @Nullable Integer vlan, String outcome, @Nullable String reason, long micros, String sentence,
            List<Value> because, @Nullable Hop next) {}

    /// A value that decided.
    ///
    /// @param origin where it comes from: `port group DMZ, inherited from vSwitch0`
    public record Value(String what, String value, String origin) {}

    /// A copy that ended.
    public record Ending(String at, String reason, String sentence) {}
}
