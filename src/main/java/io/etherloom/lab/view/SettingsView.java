package io.etherloom.lab.view;

import java.util.List;

/// What became of settings by hand.
///
/// @param steps what was changed, empty when all of it held already
/// @param warnings sentences on what is legal now and doubtful, and was not before
public record SettingsView(List<PlanView> steps, List<String> warnings) {}
