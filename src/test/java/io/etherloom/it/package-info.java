/// Labs as a user has them, tried with the guests' own programs: ping, iperf3, tcpdump, tshark,
/// keepalived, ucarp, scapy, nmap, raw frames.
///
/// Two ways to a lab: [LocalLab] runs one inside the JVM of the test, which is quick and lets it ask [io.etherloom.lab.Lab] itself;
/// [Launcher] runs `./etherloom` of the jar that was just built, with a state directory of the test's own. Each lab has a name that no
/// other run of the tests has, and at its end [Traces] says what is left of it, which must be nothing. Nothing sleeps for a fixed time:
/// [Await] waits for a condition. One thread a test. Start reading at `TrafficIT`.
@NullMarked
package io.etherloom.it;

import org.jspecify.annotations.NullMarked;
