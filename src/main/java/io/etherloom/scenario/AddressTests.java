package io.etherloom.scenario;

import io.etherloom.frame.DropReason;
import io.etherloom.lab.LabControl;
import io.etherloom.lab.LabException;
import io.etherloom.lab.view.FdbView;
import io.etherloom.linux.LinuxException;
import io.etherloom.traffic.TestFrame;
import io.etherloom.traffic.TrafficPort;
import io.etherloom.traffic.Trial;
import io.etherloom.wire.MacAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/// Address caching capacity and learning rate (RFC 2889, 5.7 and 5.8) of the physical switches on the way from one VM to another. A standard
/// vSwitch is no subject of these tests: it knows its own ports and learns nothing (spec 2.1).
///
/// Learning frames come from invented addresses that follow one another. The RFC then sends to each of them and watches a third port for
/// what is flooded, because a tester cannot look into a switch; here the lab shows its tables, and an address counts as learned when it stands
/// there behind the port of whoever sent it.
final class AddressTests {
    /// Locally administered; the lab gives no address of this range.
    private static final long FIRST_ADDRESS = 0x0A_4C_00_00_00_00L;
    private static final long RANGE = 0x00_00_00_01_00_00L;
    private static final int FIRST_COUNT = 256;
    private static final int RATE_ADDRESSES = 1024;
    /// Slow enough for any path that can be measured at all.
    private static final long GENTLE_RATE = 20_000;
    private static final int RETRIES = 3;
    private static final long LOWEST_RATE = 100;
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final LabControl lab;
    private final TrafficPort from;
    private final TrafficPort to;
    private final Rfc2889Settings settings;
    private final Course.Rest rest;
    private final BooleanSupplier isOver;
    private final SizeTests.Teller teller;
    private Set<String> onTheWay = Set.of();

    AddressTests(LabControl lab, TrafficPort from, TrafficPort to, Rfc2889Settings settings, Course.Rest rest, BooleanSupplier isOver,
            SizeTests.Teller teller) {
        this.lab = lab;
        this.from = from;
        this.to = to;
        this.settings = settings;
        this.rest = rest;
        this.isOver = isOver;
        this.teller = teller;
    }

    /// What was learned of one set of frames.
    ///
    /// @param received        frames that arrived at the receiver, so that every switch on the way has seen them
    /// @param framesPerSecond as reached
    private record Lesson(Map<String, Long> learned, long offered, long received, long framesPerSecond, List<Loss> losses) {
        boolean isWhole() {
            return learned.values().stream().allMatch(count -> count == offered);
        }
    }

    /// Twice as many addresses each time, until some are not learned or enough were. The same addresses come again, so a table holds no more
    /// than were offered last.
    List<AddressReport> capacity() {
        requireLearning();
        int count = Math.min(FIRST_COUNT, settings.maxAddresses());
        while (true) {
            teller.tell("address-capacity", (int) Math.round(1000 * Math.log(count) / Math.log(Rfc2889Settings.MAX_ADDRESSES)),
                String.format("%,d addresses", count));
            var lesson = gently(count);
            if (!lesson.isWhole() || count == settings.maxAddresses() || isOver.getAsBoolean()) {
                return lesson.learned.entrySet().stream().map(it -> capacity(it.getKey(), it.getValue(), lesson)).toList();
            }
            count = Math.min(2 * count, settings.maxAddresses());
        }
    }

    /// A frame that was lost on the way teaches nothing, and is no limit of a table: then all are sent again, slower each time.
    private Lesson gently(int count) {
        long rate = GENTLE_RATE;
        var lesson = teach(from, to, FIRST_ADDRESS, count, rate);
        for (int again = 0; again < RETRIES && lesson.received < lesson.offered && !lesson.isWhole() && !isOver.getAsBoolean(); again++) {
            rate /= 2;
            lesson = teach(from, to, FIRST_ADDRESS, count, rate);
        }
        return lesson;
    }

    private static AddressReport capacity(String physicalSwitch, long learned, Lesson lesson) {
        return new AddressReport("address-capacity", physicalSwitch, lesson.offered, learned, learned < lesson.offered, 0, "", lesson.losses,
            "the addresses stay in the table until they age; while it is full, new stations are not learned and their frames are flooded");
    }

    /// The same addresses come from the one side and from the other in turn, so each trial has to be learned anew without ageing.
    List<AddressReport> learningRate() {
        requireLearning();
        int count = Math.min(RATE_ADDRESSES, settings.maxAddresses());
        long highest = settings.maxFramesPerSecond() == 0 ? Trial.UNPACED : settings.maxFramesPerSecond();
        var search = new RateSearch(Math.min(LOWEST_RATE, highest), highest, settings.resolutionPpm());
        boolean isForth = true;
        long best = 0;
        boolean hasFailed = false;
        List<Loss> losses = List.of();
        Lesson last = teach(to, from, FIRST_ADDRESS, count, GENTLE_RATE);
        while (!search.isDone() && !isOver.getAsBoolean()) {
            teller.tell("learning-rate", search.permille(), search.next() == Trial.UNPACED ? "as fast as it goes" : String.format("%,d frames/s", search.next()));
            last = isForth ? teach(from, to, FIRST_ADDRESS, count, search.next()) : teach(to, from, FIRST_ADDRESS, count, search.next());
            isForth = !isForth;
            if (last.isWhole()) {
                search.passed(last.framesPerSecond);
                best = Math.max(best, last.framesPerSecond);
            } else {
                hasFailed = true;
                losses = last.losses;
                search.failed(last.framesPerSecond, last.framesPerSecond / 2);
            }
        }
        var limit = hasFailed ? "loss" : settings.maxFramesPerSecond() == 0 ? "generator" : "max-rate";
        var reports = new ArrayList<AddressReport>();
        for (var physicalSwitch : last.learned.keySet()) {
            reports.add(new AddressReport("learning-rate", physicalSwitch, count, count, hasFailed, best, limit, losses, ""));
        }
        return reports;
    }

    /// Finds the switches on the way, or says why the tests make no sense here before they fail. The probe's address is another each time, so
    /// that no table knows it.
    private void requireLearning() {
        if (!onTheWay.isEmpty()) {
            return; // And the table may be full by now, so that a new address would not be learned.
        }
        var probe = teach(from, to, FIRST_ADDRESS + RANGE + ThreadLocalRandom.current().nextLong(RANGE), 1, LOWEST_RATE);
        var way = new LinkedHashSet<String>();
        probe.learned.forEach((name, count) -> {
            if (count > 0) {
                way.add(name);
            }
        });
        if (way.isEmpty()) {
            var forged = new Loss(from.name(), DropReason.FORGED_TRANSMIT.label(), 1).toString();
            throw new LabException(LabException.Kind.CONFLICT, probe.losses.stream().anyMatch(loss -> loss.toString().equals(forged))
                ? "frames of invented addresses from " + from.name() + " end as " + forged
                    + "; let them pass: etherloom set portgroup HOST/GROUP security.forgedTransmits=accept"
                : "no physical switch learns on the way from " + from.name() + " to " + to.name()
                    + "; a vSwitch does not learn, it forwards by the addresses of its own ports. Name a VM on another host");
        }
        onTheWay = way;
    }

    /// Sends one frame from each of `count` addresses, from `first` on, and reads the tables.
    private Lesson teach(TrafficPort sender, TrafficPort receiver, long first, int count, long framesPerSecond) {
        greet(receiver, sender);
        greet(sender, receiver);
        var before = Ledger.of(lab.meters());
        long begun = System.nanoTime();
        var stream = new Trial.Stream(sender, receiver.mac(), List.of(receiver));
        var load = new Trial.Load(TestFrame.MIN_OCTETS, framesPerSecond, count, MINUTE_NANOS, rest.residualNanos());
        var sent = send(stream, load, first);
        var learned = learned(sender, first, count, (System.nanoTime() - begun) / 1_000_000_000L);
        long received = sent.arrivals().getFirst().tally().received();
        return new Lesson(learned, count, received, sent.framesPerSecond(), Ledger.of(lab.meters()).since(before));
    }

    /// Makes the switches on the way know an address that is real.
    private void greet(TrafficPort sender, TrafficPort receiver) {
        send(new Trial.Stream(sender, receiver.mac(), List.of(receiver)),
            new Trial.Load(TestFrame.MIN_OCTETS, LOWEST_RATE, 2, MINUTE_NANOS, rest.residualNanos()), 0);
    }

    private Trial.Sent send(Trial.Stream stream, Trial.Load load, long firstSource) {
        try {
            return Trial.learn(stream, load, firstSource, isOver).getFirst();
        } catch (LinuxException e) {
            throw new LabException(LabException.Kind.CONFLICT, String.valueOf(e.getMessage()), e);
        }
    }

    /// By physical switch on the way, or by all while the way is not known: how many of the addresses stand behind the port where the sender's
    /// own address stands, and were heard since.
    private Map<String, Long> learned(TrafficPort sender, long first, int count, long seconds) {
        var bySwitch = new LinkedHashMap<String, List<FdbView>>();
        lab.fdb().stream().filter(entry -> entry.type().equals("learned") && (onTheWay.isEmpty() || onTheWay.contains(entry.where())))
            .forEach(entry -> bySwitch.computeIfAbsent(entry.where(), _ -> new ArrayList<>()).add(entry));
        var learned = new LinkedHashMap<String, Long>();
        bySwitch.forEach((name, entries) -> entries.stream().filter(entry -> entry.mac().equals(MacAddress.format(sender.mac()))).findFirst()
            .ifPresent(side -> learned.put(name, entries.stream()
                .filter(entry -> entry.port().equals(side.port()) && entry.vlan().equals(side.vlan()))
                .filter(entry -> entry.ageSeconds() <= seconds && isOurs(entry.mac(), first, count)).count())));
        return learned;
    }

    private static boolean isOurs(String mac, long first, int count) {
        long address = MacAddress.parse(mac).value();
        return address >= first && address < first + count;
    }
}
