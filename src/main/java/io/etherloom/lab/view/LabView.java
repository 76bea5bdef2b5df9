package io.etherloom.lab.view;

/// One running lab.
///
/// @param metrics URL of the scrape endpoint, with the port that was really bound
/// @param topology path of the file from which it was started
/// @param api URL of everything over TCP, empty when it listens on its unix socket only
/// @param rootless whether it runs in a user namespace
public record LabView(
        String name, long pid, String socket, String metrics, String version, String topology, String startedAt, boolean rootless,
        String api) {}
