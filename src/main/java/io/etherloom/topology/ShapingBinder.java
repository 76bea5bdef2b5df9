package io.etherloom.topology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Binds traffic shaping, which is set as one unit: what the file leaves out has its default (spec 6.1-6.3). When only members were set
/// by hand the others keep their effective values.
final class ShapingBinder {
    private static final List<String> FIGURES = List.of("averageBandwidth", "peakBandwidth", "burstSize");

    private final Section section;
    private final TrafficShaping base;

    /// @param above what holds for the rest when only members were set by hand
    ShapingBinder(Section section, TrafficShaping above) {
        this.section = section;
        this.base = Settings.isHolder(section.item().node()) ? above : TrafficShaping.DEFAULT;
    }

    TrafficShaping bind() {
        boolean enabled = section.flag("enabled", base.enabled());
        var average = rate("averageBandwidth", base.averageBitsPerSecond());
        var peak = rate("peakBandwidth", base.peakBitsPerSecond());
        var burst = burst();
        warnOfForgottenSwitch(enabled);
        if (average == null || peak == null || burst == null || isPeakBelow(average, peak)) {
            return base;
        }
        return new TrafficShaping(enabled, average, peak, burst);
    }

    private @Nullable Long rate(String key, long fallback) {
        var item = section.get(key);
        // The vSphere client asks for these in Kbit/s (spec 6.2), so a bare number was copied from there.
        var rate = item == null ? Long.valueOf(fallback) : Units.bitsPerSecond(item, "Kbps");
        if (item != null && rate != null && (rate < 1 || rate > TrafficShaping.MAX_RATE)) {
            item.error("'" + item.text() + "' is outside 1 bps-1000 Gbps (spec 6.3)");
            return null;
        }
        return rate;
    }

    private @Nullable Long burst() {
        var item = section.get("burstSize");
        var burst = item == null ? Long.valueOf(base.burstOctets()) : Units.bytes(item, "KB");
        if (item != null && burst != null && (burst < 1 || burst > TrafficShaping.MAX_BURST)) {
            item.error("'" + item.text() + "' is outside 1 B-1 GB (spec 6.3)");
            return null;
        }
        return burst;
    }

    private boolean isPeakBelow(long average, long peak) {
        if (peak >= average) {
            return false;
        }
        var written = section.get("peakBandwidth");
        var item = written == null ? section.get("averageBandwidth") : written;
        (item == null ? section.item() : item).error("the peak of " + Units.rate(peak) + (written == null ? ", which nobody set here," : "")
            + " is below the average of " + Units.rate(average) + "; peakBandwidth must be at least averageBandwidth (spec 6.3)");
        return true;
    }

    private void warnOfForgottenSwitch(boolean enabled) {
        boolean hasFigures = FIGURES.stream().anyMatch(section::has);
        if (!enabled && hasFigures && !section.has("enabled") && !Settings.isByHand(section.item().node())) {
            section.item().warning("has figures, but nothing is shaped; shaping is off by default (spec 6.1), so write enabled: yes, or enabled: no");
        }
    }
}
