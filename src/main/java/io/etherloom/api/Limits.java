package io.etherloom.api;

/// What clients may take of a lab.
///
/// @param connections of one listener at a time; one more is answered with 503
/// @param streams captures, events, replays, benchmarks and commands at a time, of one listener
/// @param requestMillis from the first octet of a request to the last of its headers and body, uploads excepted
record Limits(int connections, int streams, long requestMillis) {
    static final Limits DEFAULT = new Limits(64, 48, 30_000);
}
