package io.etherloom.scenario;

import java.util.List;

/// What one physical switch made of invented addresses (RFC 2889, 5.7 and 5.8).
///
/// @param test               `address-capacity` or `learning-rate`
/// @param physicalSwitch     its name
/// @param offered            addresses that frames came from
/// @param learned            those among them that were in its table behind the right port
/// @param isLimited          whether more were offered than learned; else the true limit is higher
/// @param framesPerSecond    at which all were learned; for `learning-rate`, else 0
/// @param limit              for `learning-rate`: `loss` when a higher rate failed, `generator` or `max-rate` when none did
/// @param losses             where learning frames ended that did not arrive
/// @param note               what the user should know of it
public record AddressReport(
        String test, String physicalSwitch, long offered, long learned, boolean isLimited, long framesPerSecond, String limit, List<Loss> losses,
        String note) {
    public AddressReport {
        losses = List.copyOf(losses);
    }
}
