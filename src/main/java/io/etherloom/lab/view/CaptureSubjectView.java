package io.etherloom.lab.view;

/// Something that can be captured now.
///
/// @param kind as in the query of a capture: `vm`, `port`, `portgroup`, `uplink`, `vmk`, `link`, `lab`
/// @param name its value there; empty for the lab
/// @param description for a person
public record CaptureSubjectView(String kind, String name, String description) {}
