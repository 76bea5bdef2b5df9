package io.etherloom.topology;

/// Which generation of the product the defaults come from (spec section 0).
public enum Profile {
    /// ESX 3.x: 56 ports on a vSwitch, port ids of the first vSwitch begin with 1.
    VI3("vi3", 56, 1, 1),
    /// ESX 4.x to 6.x, the default: 128 ports on a vSwitch.
    VSS_CLASSIC("vss-classic", 128, 2, 1),
    /// ESXi 8.0U3 and 9.0: the number of ports is elastic.
    MODERN("modern", VSwitch.ELASTIC, 2, 0);

    private final String word;
    private final int vSwitchPorts;
    private final int portsetBase;
    private final int followHardwareMac;

    Profile(String word, int vSwitchPorts, int portsetBase, int followHardwareMac) {
        this.word = word;
        this.vSwitchPorts = vSwitchPorts;
        this.portsetBase = portsetBase;
        this.followHardwareMac = followHardwareMac;
    }

    /// The word that a topology file uses, for example `vss-classic`.
    public String word() {
        return word;
    }

    /// Usable ports of a vSwitch that does not say how many it has; [VSwitch#ELASTIC] for no fixed number (spec 1.22).
    public int vSwitchPorts() {
        return vSwitchPorts;
    }

    /// Portset index of a host's first vSwitch, the upper part of its port ids (spec 1.10).
    int portsetBase() {
        return portsetBase;
    }

    /// Default of Net.FollowHardwareMac (spec 1.36): older lists give 1 as default, those of 8.0U3g and 9.0.1 give 0.
    int followHardwareMac() {
        return followHardwareMac;
    }

    @Override
    public String toString() {
        return word;
    }
}
