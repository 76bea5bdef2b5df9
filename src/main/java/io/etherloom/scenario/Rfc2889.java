package io.etherloom.scenario;

import io.etherloom.lab.LabControl;
import io.etherloom.lab.LabException;
import io.etherloom.scenario.BenchListener.Progress;
import io.etherloom.traffic.TestFrame;
import io.etherloom.traffic.TrafficPort;
import io.etherloom.traffic.Trial;
import io.etherloom.wire.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Benchmarks of RFC 2889 on a running lab: broadcast forwarding and latency (5.10) to all VMs of a VLAN, and of what learns on the way
/// address caching capacity (5.7) and address learning rate (5.8). One thread, which runs all of it.
public final class Rfc2889 {
    private final LabControl lab;
    private final Rfc2889Settings settings;
    private final BenchListener listener;
    private final BooleanSupplier isOver;
    private int done;
    private int frameSize;

    /// @param isOver whether to end early; what was measured until then is a result
    public Rfc2889(LabControl lab, Rfc2889Settings settings, BenchListener listener, BooleanSupplier isOver) {
        this.lab = lab;
        this.settings = settings;
        this.listener = listener;
        this.isOver = isOver;
    }

    /// Measures, and gives each part to the listener when it is done.
    ///
    /// @throws LabException NOT_FOUND for an unknown VM; CONFLICT when nothing can be sent, or nothing arrives, with the reason
    public void run() {
        var ports = new ArrayList<TrafficPort>();
        try {
            var from = opened(settings.from(), ports);
            var names = settings.to().isEmpty() ? neighbours(from) : settings.to();
            for (var name : names) {
                opened(name, ports);
            }
            var to = ports.subList(1, ports.size());
            if (to.stream().anyMatch(port -> port.name().equals(from.name()))) {
                throw new LabException(LabException.Kind.INVALID, "from and to are both " + from.name() + "; name other VMs");
            }
            if (settings.has("broadcast")) {
                broadcasts(from, to);
            }
            if (settings.has("address-capacity") || settings.has("learning-rate")) {
                addresses(from, to);
            }
        } finally {
            ports.forEach(TrafficPort::close);
        }
    }

    private TrafficPort opened(String name, List<TrafficPort> ports) {
        var port = lab.trafficPort(name);
        ports.add(port);
        return port;
    }

    /// The VMs with a vNIC in the VLAN of the sender.
    private List<String> neighbours(TrafficPort from) {
        var own = Vlans.portOf(lab, from.name()).orElseThrow(() -> new LabException(LabException.Kind.INVALID,
            from.name() + " is not at a vSwitch, so its VLAN does not say who shall receive; name receivers by --to"));
        var names = lab.ports().stream()
            .filter(port -> port.vlan() == own.vlan() && port.usedBy().contains(".eth") && !port.usedBy().equals(own.usedBy()))
            .map(port -> port.usedBy().replace(".eth", "/")).toList();
        if (names.isEmpty()) {
            throw new LabException(LabException.Kind.CONFLICT, "there is no other VM in VLAN " + own.vlan() + " to receive what " + from.name() + " sends");
        }
        return names.subList(0, Math.min(names.size(), Rfc2889Settings.maxReceivers()));
    }

    private void broadcasts(TrafficPort from, List<TrafficPort> to) {
        var unreachable = new ArrayList<String>();
        var reachable = new ArrayList<TrafficPort>();
        for (var receiver : to) {
            var why = course(from, List.of(receiver)).obstacle(TestFrame.MIN_OCTETS);
            if (why.isEmpty()) {
                reachable.add(receiver);
            } else {
                unreachable.add(receiver.name() + ": " + why + Vlans.difference(lab, from, receiver));
            }
        }
        if (reachable.isEmpty()) {
            throw new LabException(LabException.Kind.CONFLICT,
                "broadcasts from " + from.name() + " arrive nowhere: " + String.join("; ", unreachable));
        }
        var course = course(from, reachable);
        for (int size : settings.frameSizes()) {
            if (isOver.getAsBoolean()) {
                return;
            }
            frameSize = size;
            broadcasts(course, reachable.stream().map(TrafficPort::name).toList(), unreachable);
            done++;
        }
    }

    private Course course(TrafficPort from, List<TrafficPort> to) {
        return new Course(lab, List.of(new Trial.Stream(from, MacAddress.BROADCAST, to)), rest(), isOver);
    }

    private Course.Rest rest() {
        return settings.conformantRest() ? Course.Rest.CONFORMANT : Course.Rest.SHORT;
    }

    private void broadcasts(Course course, List<String> receivers, List<String> unreachable) {
        tell("probe", 0, "can " + frameSize + " octets pass?");
        var obstacle = course.obstacle(frameSize - TestFrame.FCS_OCTETS);
        if (!obstacle.isEmpty()) {
            listener.result(new BroadcastReport("broadcast", frameSize, obstacle, receivers, unreachable, null, null));
            return;
        }
        var tests = new SizeTests(course, frameSize, settings.limits(), (test, permille, sentence) ->
            tell("broadcast " + test, test.equals("latency") ? 800 + permille / 5 : permille * 4 / 5, sentence));
        var throughput = tests.throughput();
        if (throughput != null) {
            listener.result(new BroadcastReport("broadcast", frameSize, "", receivers, unreachable, throughput, tests.latency(throughput)));
        }
    }

    private void addresses(TrafficPort from, List<TrafficPort> to) {
        frameSize = 64;
        var tests = new AddressTests(lab, from, to.getFirst(), settings, rest(), isOver, this::tell);
        if (settings.has("address-capacity") && !isOver.getAsBoolean()) {
            tests.capacity().forEach(listener::result);
            done++;
        }
        if (settings.has("learning-rate") && !isOver.getAsBoolean()) {
            tests.learningRate().forEach(listener::result);
            done++;
        }
    }

    private void tell(String test, int permille, String sentence) {
        int parts = (settings.has("broadcast") ? settings.frameSizes().size() : 0) + (settings.has("address-capacity") ? 1 : 0)
            + (settings.has("learning-rate") ? 1 : 0);
        listener.progress(new Progress(frameSize, test, (1000 * done + permille) / parts, sentence));
    }
}
