package io.etherloom.lab;

import io.etherloom.topology.Origin;
import io.etherloom.topology.Policy;
import io.etherloom.topology.Sourced;
import io.etherloom.topology.Units;
import java.util.ArrayList;
import java.util.List;

/// The effective policies of a vSwitch or port group, in the words of the file: what is shown, and what plans compare.
final class PolicyWords {
    private PolicyWords() {}

    /// One effective value.
    ///
    /// @param policy its path in the file, such as `security.forgedTransmits`
    record Value(String policy, String text, Origin origin) {
        /// What is overridden together with this value: the failover order, all of shaping, else just itself (spec 1.39, 1.40).
        String unit() {
            return PolicyWords.unit(policy);
        }

        private static Value of(String policy, Sourced<?> value) {
            return of(policy, value.value(), value);
        }

        private static Value of(String policy, Object part, Sourced<?> whole) {
            return new Value(policy, part instanceof Boolean flag ? flag ? "yes" : "no" : part.toString(), whole.origin());
        }
    }

    /// What is overridden together with the policy of this path.
    static String unit(String policy) {
        return policy.startsWith("trafficShaping") ? "trafficShaping" : policy.startsWith("teaming.failoverOrder") ? "teaming.failoverOrder" : policy;
    }

    /// All of them; those that are overridden as one unit share their origin.
    static List<Value> values(Policy policy) {
        var values = new ArrayList<>(security(policy));
        var teaming = policy.teaming();
        values.add(Value.of("teaming.loadBalancing", teaming.loadBalancing()));
        values.add(Value.of("teaming.failureDetection", teaming.failureDetection()));
        values.add(Value.of("teaming.notifySwitches", teaming.notifySwitches()));
        values.add(Value.of("teaming.failback", teaming.failback()));
        var order = teaming.failoverOrder();
        values.add(Value.of("teaming.failoverOrder.active", order.value().active(), order));
        values.add(Value.of("teaming.failoverOrder.standby", order.value().standby(), order));
        values.add(Value.of("teaming.failoverOrder.unused", order.value().unused(), order));
        var shaping = policy.trafficShaping();
        values.add(Value.of("trafficShaping.enabled", shaping.value().enabled(), shaping));
        values.add(Value.of("trafficShaping.averageBandwidth", Units.rate(shaping.value().averageBitsPerSecond()), shaping));
        values.add(Value.of("trafficShaping.peakBandwidth", Units.rate(shaping.value().peakBitsPerSecond()), shaping));
        values.add(Value.of("trafficShaping.burstSize", Units.size(shaping.value().burstOctets()), shaping));
        return values;
    }

    static List<Value> security(Policy policy) {
        var security = policy.security();
        return List.of(
                Value.of("security.promiscuousMode", security.promiscuousMode()),
                Value.of("security.macChanges", security.macChanges()),
                Value.of("security.forgedTransmits", security.forgedTransmits()));
    }
}
