package io.etherloom.bench;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Labs of many VMs, which do nothing: how long they take to come and to go, and what they hold and cost meanwhile.
final class ScaleMeasure implements Measure {
    static final Quantity UP_1000 = Quantity.cost("1,000 VMs, ready", Unit.SECONDS);
    static final Quantity DOWN_1000 = Quantity.cost("1,000 VMs, stop", Unit.SECONDS);
    static final Quantity RESIDENT_1000 = Quantity.cost("1,000 VMs, resident", Unit.MEGABYTES);
    static final Quantity UP_10000 = Quantity.cost("10,000 memory ports, ready", Unit.SECONDS);
    static final Quantity IDLE_100 = Quantity.cost("100 idle VMs, of one processor", Unit.PERCENT);

    /// From here on a lab only watches; its compilers go on for some minutes more.
    private static final long SETTLED_MILLIS = 8_000;
    private static final long IDLE_MILLIS = 20_000;

    @Override
    public String id() {
        return "scale";
    }

    @Override
    public String title() {
        return "labs of 100, 1,000 and 10,000 VMs";
    }

    @Override
    public boolean isIn(Arguments.Extent extent) {
        return extent == Arguments.Extent.FULL;
    }

    @Override
    public void measure(Run run) throws Unavailable {
        Peers.requireRoot();
        for (int round = 0; round < run.arguments().rounds(); round++) {
            thousand(run);
            memoryPorts(run);
            idle(run);
        }
    }

    private static void thousand(Run run) throws Unavailable {
        long begun = System.nanoTime();
        var lab = up(run, "vms1000", 1_000, "");
        add(run, UP_1000, begun);
        run.results().add(RESIDENT_1000, Subject.ETHERLOOM, Footprint.of(lab).resident());
        long ended = System.nanoTime();
        down(run, "vms1000");
        add(run, DOWN_1000, ended);
    }

    private static void memoryPorts(Run run) throws Unavailable {
        long begun = System.nanoTime();
        up(run, "ports10000", 10_000, "kind: memory, ");
        add(run, UP_10000, begun);
        down(run, "ports10000");
    }

    private static void idle(Run run) throws Unavailable {
        var lab = up(run, "vms100", 100, "");
        Scratch.sleep(SETTLED_MILLIS);
        long begun = System.nanoTime();
        double before = Footprint.of(lab).cpuSeconds();
        Scratch.sleep(IDLE_MILLIS);
        double spent = Footprint.of(lab).cpuSeconds() - before;
        run.results().add(IDLE_100, Subject.ETHERLOOM, spent / ((System.nanoTime() - begun) / 1e9));
        down(run, "vms100");
    }

    private static void add(Run run, Quantity quantity, long begunNanos) {
        run.results().add(quantity, Subject.ETHERLOOM, (System.nanoTime() - begunNanos) / 1e9);
    }

    private static Process up(Run run, String what, int vms, String kind) throws Unavailable {
        var lines = IntStream.rangeClosed(1, vms).mapToObj(vm -> "  vm%d: { host: esx1, %snics: [ { portGroup: net } ] }\n".formatted(vm, kind));
        return Lab.up(run, Lab.name(what), """
            hosts:
              esx1: { vSwitches: { vSwitch0: { ports: elastic, portGroups: { net: { vlan: 10 } } } } }
            vms:
            """ + lines.collect(Collectors.joining()));
    }

    private static void down(Run run, String what) {
        Lab.launcher(run, "down", Lab.name(what));
    }
}
