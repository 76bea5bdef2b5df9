package io.etherloom.lab.view;

/// One step of a plan: what `up` would change, or has changed.
///
/// @param action `add`, `change` or `remove`
/// @param object such as `vm web1`, `port group esx1/DMZ`
/// @param detail such as `vlan 20 -> 30`, empty when the action says it all
public record PlanView(String action, String object, String detail) {}
