package io.etherloom.vswitch;

/// The Layer-2 security policy of a port (spec 5.1-5.11).
///
/// @param allowsPromiscuous a guest that asks sees all frames of its VLAN (spec 5.2)
/// @param allowsMacChanges the guest may set another address (spec 5.7, 5.8)
/// @param allowsForgedTransmits the guest may send from addresses that are not its own (spec 5.9)
/// @param filtersPromiscuous the reverse teaming filter holds for group frames to a promiscuous port, too; the value that was in force
///     when promiscuous mode was applied to the port (Net.ReversePathFwdCheckPromisc; spec 2.16, 2.17)
public record Security(
        boolean allowsPromiscuous, boolean allowsMacChanges, boolean allowsForgedTransmits, boolean filtersPromiscuous) {
    /// Reject, accept, accept (spec 5.1).
    public static final Security DEFAULT = new Security(false, true, true, false);

    /// The same but for the filter on promiscuous ports.
    public Security withFiltersPromiscuous(boolean isOn) {
        return new Security(allowsPromiscuous, allowsMacChanges, allowsForgedTransmits, isOn);
    }
}
