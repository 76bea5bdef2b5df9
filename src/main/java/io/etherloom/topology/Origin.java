package io.etherloom.topology;

/// Where an effective policy value was set (spec 1.39).
public enum Origin {
    /// Nobody set it: the default of the profile.
    PROFILE("profile"),
    /// Set on the vSwitch, and inherited by its port groups.
    VSWITCH("vSwitch"),
    /// Set on the port group itself (spec 1.40).
    PORT_GROUP("portGroup"),
    /// Set by a [Setting] on the running lab, on the object itself or on the one that it inherits from; the file says otherwise.
    BY_HAND("set by hand");

    private final String label;

    Origin(String label) {
        this.label = label;
    }

    /// How tables and JSON name it.
    public String label() {
        return label;
    }
}
