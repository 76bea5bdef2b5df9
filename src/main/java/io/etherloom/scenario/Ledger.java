package io.etherloom.scenario;

import io.etherloom.frame.DropReason;
import io.etherloom.lab.Meters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the ports of a lab had counted at one moment. Two of them say where frames ended between, and which way frames went.
/// Other traffic of the lab counts too.
public final class Ledger {
    private final Map<String, Map<String, Long>> drops = new LinkedHashMap<>();
    private final Map<String, Long> out = new LinkedHashMap<>();

    private Ledger() {}

    /// Reads all counters.
    static Ledger of(Meters meters) {
        var ledger = new Ledger();
        for (var port : meters.ports()) {
            var name = name(port.vSwitch(), port.port());
            ledger.out.put(name, port.counters().outFrames());
            var reasons = new LinkedHashMap<String, Long>();
            for (int i = 0; i < DropReason.COUNT; i++) {
                put(reasons, DropReason.of(i), port.counters().drops(DropReason.of(i)));
            }
            put(reasons, DropReason.DEVICE_QUEUE, port.deviceQueueDrops());
            ledger.drops.put(name, reasons);
        }
        return ledger;
    }

    private static void put(Map<String, Long> reasons, DropReason reason, long count) {
        if (count > 0) {
            reasons.merge(reason.label(), count, Long::sum);
        }
    }

    /// `web1.eth0` is unique in a lab; `vmnic0` of `esx1/vSwitch0` is known as `esx1/vmnic0`, port 24 of `tor1` as `tor1/24`.
    static String name(String vSwitch, String port) {
        int slash = vSwitch.indexOf('/');
        return port.contains(".eth") ? port : (slash < 0 ? vSwitch : vSwitch.substring(0, slash)) + "/" + port;
    }

    /// Where frames have ended since an earlier moment; most first.
    List<Loss> since(Ledger before) {
        var losses = new ArrayList<Loss>();
        drops.forEach((port, reasons) -> reasons.forEach((reason, count) -> {
            long frames = count - before.drops.getOrDefault(port, Map.of()).getOrDefault(reason, 0L);
            if (frames > 0) {
                losses.add(new Loss(port, reason, frames));
            }
        }));
        losses.sort(Comparator.comparingLong(Loss::frames).reversed());
        return losses;
    }

    /// How many frames have left by each port since an earlier moment; only ports by which some did.
    Map<String, Long> leftSince(Ledger before) {
        var left = new LinkedHashMap<String, Long>();
        out.forEach((port, count) -> {
            long frames = count - before.out.getOrDefault(port, 0L);
            if (frames > 0) {
                left.put(port, frames);
            }
        });
        return left;
    }
}
