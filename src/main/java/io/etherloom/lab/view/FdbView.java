package io.etherloom.lab.view;

/// One entry of a forwarding database.
///
/// @param where `host/vSwitch` or the name of a physical switch
/// @param vlan `all` for a guest-tagging port
/// @param type `static` on a vSwitch (spec 2.1), `learned` on a physical switch
/// @param ageSeconds since it was heard last, 0 for static entries
public record FdbView(String where, String vlan, String mac, String port, String type, long ageSeconds) {}
