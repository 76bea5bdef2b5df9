package io.etherloom.top;

import io.etherloom.top.Interval.PortLine;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The same as [BatchCsv] for programs: one object for each interval, with all ports that there are at its end. A key is added, never
/// renamed.
public final class BatchJson {
    private static final int DECIMALS = 3;

    private BatchJson() {}

    /// An object as maps, lists, strings, booleans and numbers.
    public static Map<String, Object> object(Interval interval) {
        var object = new LinkedHashMap<String, Object>();
        object.put("lab", interval.now().lab());
        object.put("time", Instant.ofEpochMilli(interval.now().takenMillis()).toString());
        object.put("seconds", number(interval.seconds()));
        object.put("ports", interval.ports().stream().map(BatchJson::port).toList());
        object.put("drops", interval.drops().stream().flatMap(line -> line.places().stream().map(place -> drop(line.reason(), place))).toList());
        object.put("shapers", interval.shapers().stream().map(BatchJson::shaper).toList());
        object.put("agents", agents(interval));
        return object;
    }

    private static Map<String, Object> port(PortLine line) {
        var port = line.port();
        var object = new LinkedHashMap<String, Object>();
        object.put("host", port.host());
        object.put("vSwitch", port.vSwitch());
        object.put("portId", port.portId());
        object.put("usedBy", port.usedBy());
        object.put("teamPnic", port.teamPnic());
        object.put("uplink", port.uplink());
        object.put("up", port.up());
        add(object, "transmitted", line.transmitted());
        add(object, "received", line.received());
        object.put("actionsPerSecond", number(line.actionsPerSecond()));
        return object;
    }

    private static void add(Map<String, Object> object, String direction, Traffic traffic) {
        var flow = new LinkedHashMap<String, Object>();
        flow.put("framesPerSecond", number(traffic.framesPerSecond()));
        flow.put("bitsPerSecond", number(traffic.bitsPerSecond()));
        flow.put("meanOctets", number(traffic.meanOctets()));
        flow.put("multicastsPerSecond", number(traffic.multicastsPerSecond()));
        flow.put("broadcastsPerSecond", number(traffic.broadcastsPerSecond()));
        flow.put("droppedPercent", number(traffic.droppedPercent()));
        object.put(direction, flow);
    }

    private static Map<String, Object> drop(String reason, Interval.DropLine.Place place) {
        var object = new LinkedHashMap<String, Object>();
        object.put("where", place.where());
        object.put("port", place.port());
        object.put("reason", reason);
        object.put("framesPerSecond", number(place.perSecond()));
        object.put("frames", place.total());
        return object;
    }

    private static Map<String, Object> shaper(Interval.ShaperLine line) {
        var object = new LinkedHashMap<String, Object>();
        object.put("host", line.shaper().host());
        object.put("portId", line.shaper().portId());
        object.put("usedBy", line.shaper().usedBy());
        object.put("direction", line.shaper().direction());
        object.put("tokenOctets", line.shaper().tokenOctets());
        object.put("queuedFrames", line.shaper().queuedFrames());
        object.put("bitsPerSecond", number(line.bitsPerSecond()));
        object.put("delayedPerSecond", number(line.delayedPerSecond()));
        object.put("droppedPerSecond", number(line.droppedPerSecond()));
        return object;
    }

    private static List<Map<String, Object>> agents(Interval interval) {
        var loads = interval.loads().iterator();
        return interval.now().agents().stream().map(agent -> {
            var object = new LinkedHashMap<String, Object>();
            object.put("name", agent.name());
            object.put("load", number(loads.next()));
            object.put("poolFree", (long) agent.poolFree());
            object.put("poolCapacity", (long) agent.poolCapacity());
            object.put("errors", agent.errors());
            return (Map<String, Object>) object;
        }).toList();
    }

    private static BigDecimal number(double value) {
        return BigDecimal.valueOf(value).setScale(DECIMALS, RoundingMode.HALF_UP);
    }
}
