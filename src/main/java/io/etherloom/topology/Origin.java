package io.etherloom.topology;

/// Where an effective policy value was set (spec 1.39).
public enum Origin {
    /// Nobody set it: the default of the profile.
    PROFILE("profile"),
    /// Set on the vSwitch, and inherited by its port groups.
    VSWITCH("vSwitch"),
    /// Set on the port group itself (spec 1.40).
    PORT_GROUP("portGroup"),
    /// Nobody set it, and this release honours one value only, which is not the product's default.
    FIXED("not supported yet");

    private final String label;

    Origin(String label) {
        this.label = label;
    }

    /// How tables and JSON name it.
    public String label() {
        return label;
    }
}
