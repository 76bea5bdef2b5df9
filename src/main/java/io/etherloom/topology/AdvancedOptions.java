package io.etherloom.topology;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// The effective advanced options of one host: those that the file sets, and the profile's defaults for the rest.
///
/// @param values a value for every option; words count from the option's minimum, so `event` and `poll` are 0 and 1
public record AdvancedOptions(Map<AdvancedOption, Integer> values) {
    /// Copies the map and checks that it is complete and in range.
    public AdvancedOptions {
        for (var option : AdvancedOption.values()) {
            Integer value = values.get(option);
            if (value == null || value < option.minimum() || value > option.maximum()) {
                throw new IllegalArgumentException(option + " = " + value);
            }
        }
        values = Collections.unmodifiableMap(new EnumMap<>(values));
    }

    /// Every option at the default of the profile.
    public static AdvancedOptions defaultsOf(Profile profile) {
        return of(profile, Map.of());
    }

    static AdvancedOptions of(Profile profile, Map<AdvancedOption, Integer> set) {
        var values = new EnumMap<AdvancedOption, Integer>(AdvancedOption.class);
        for (var option : AdvancedOption.values()) {
            values.put(option, set.getOrDefault(option, option.defaultFor(profile)));
        }
        return new AdvancedOptions(values);
    }

    /// The value of an option in the product's unit.
    public int value(AdvancedOption option) {
        return values.get(option);
    }

    /// Whether an option with the range 0-1 is 1.
    public boolean isOn(AdvancedOption option) {
        return value(option) == 1;
    }

    /// Whether link loss is noticed by polling every Net.LinkStatePollTimeout rather than by events (spec 1.34).
    public boolean pollsLinkState() {
        return isOn(AdvancedOption.LINK_DETECTION);
    }
}
