package io.etherloom.lab;

import io.etherloom.lab.Blueprint.EndpointPlan;
import io.etherloom.lab.QemuGuests.Key;
import io.etherloom.qemu.QemuException;
import io.etherloom.qemu.QemuMachine;
import io.etherloom.qemu.Qmp;
import io.etherloom.qemu.QmpEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// QEMU's own migration between a process on one host and one on another. The source stops the guest and waits before it hands it over
/// (`pause-before-switchover`), which is when the ports move.
///
/// What is sent goes by a [MigrationStream] from one host to the other, or by a unix socket where hosts have no VMkernel ports.
final class QemuMigration implements GuestMigration {
    private static final Logger LOG = LoggerFactory.getLogger(QemuMigration.class);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final long LOOK_NANOS = 10_000_000;
    private static final String STREAM = "migration";
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final QemuGuests guests;
    private final Key from;
    private final Key to;
    private final RunningGuest source;
    private final Supplier<Target> finder;
    private @Nullable String address;
    private @Nullable RunningGuest target;
    private @Nullable CompletableFuture<QmpEvent> arrived;
    private @Nullable CompletableFuture<QmpEvent> completed;
    private long stopNanos;
    private long resumeNanos;
    private long downtimeNanos;
    private long waitedNanos;
    private boolean isBegun;
    private boolean isOver;

    /// What the VM is at the other end.
    ///
    /// @param endpoint the VM as it is on the target
    /// @param addresses of the target's VMkernel ports for VMotion, of which the first is taken that answers; empty for none
    record Target(EndpointPlan endpoint, List<String> addresses) {
        Target {
            addresses = List.copyOf(addresses);
        }
    }

    /// @param finder asked when it begins; a lab that cannot have the VM there says so then
    QemuMigration(QemuGuests guests, Key from, RunningGuest source, Key to, Supplier<Target> finder) {
        this.guests = guests;
        this.from = from;
        this.source = source;
        this.to = to;
        this.finder = finder;
    }

    @Override
    public void untilStopped(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        var there = finder.get();
        requirePossible(there);
        guests.carry(from.vm());
        isBegun = true;
        try {
            var begun = begin(there.endpoint());
            target = begun;
            guests.waits(to, begun);
            address = there.addresses().isEmpty() ? null : there.addresses().getFirst();      // Of which a fault tells.
            stop(begun.machine(), there.addresses(), deadline);
        } catch (QemuException fault) {
            throw afterAbandoning(failed(fault));
        } catch (LabException fault) {
            throw afterAbandoning(fault);
        }
    }

    private RunningGuest begin(EndpointPlan endpoint) {
        try {
            return guests.startIncoming(to, endpoint);
        } catch (LabException fault) {
            throw failed(fault);
        }
    }

    private LabException afterAbandoning(LabException fault) {
        try {
            abandon();
        } catch (LabException second) {
            fault.addSuppressed(second);      // Whoever called asks again.
        }
        return fault;
    }

    private void requirePossible(Target there) {
        boolean hasNetwork = Objects.requireNonNull(there.endpoint().machine()).hasNetwork();
        if (source.plan().hasNetwork() != hasNetwork) {
            throw new LabException(LabException.Kind.CONFLICT, from.vm() + " was started when its host had " + (source.plan().hasNetwork() ? "" : "no ")
                    + "VMkernel ports, and it is otherwise on " + to.host() + "; power it off and on, or move it while it is off");
        }
        if (hasNetwork && there.addresses().isEmpty()) {
            throw new LabException(LabException.Kind.CONFLICT, to.host() + " has no VMkernel port for VMotion with an address; give one of its vmkernel ports"
                    + " an ip and services: [vmotion]");
        }
        if (source.plan().settings().snapshot()) {
            throw new LabException(LabException.Kind.CONFLICT, from.vm() + " writes to a snapshot that only its process has, so it moves only while it is off");
        }
    }

    private void stop(QemuMachine waiting, List<String> addresses, long deadline) {
        var leaving = source.machine();
        leaving.qmp().execute("migrate-set-capabilities", capabilities("events", "pause-before-switchover"), ANSWER);
        waiting.qmp().execute("migrate-set-capabilities", capabilities("events"), ANSWER);
        var stopped = leaving.qmp().expect(event -> event.name().equals("STOP"));
        var paused = leaving.qmp().expect(status("pre-switchover", "failed", "cancelled"));
        var broken = waiting.qmp().expect(status("failed"));
        completed = leaving.qmp().expect(status("completed", "failed", "cancelled"));
        if (addresses.isEmpty()) {
            var uri = Map.of("uri", "unix:" + waiting.folder().resolve("mig"));
            waiting.qmp().execute("migrate-incoming", uri, ANSWER);
            leaving.qmp().execute("migrate", uri, ANSWER);
        } else {
            try (var stream = MigrationStream.open(guests, from.host(), to.host(), addresses, deadline)) {
                address = stream.address();
                waiting.execute("migrate-incoming", Map.of("uri", "fd:" + STREAM), STREAM, stream.arriving().fd());
                leaving.execute("migrate", Map.of("uri", "fd:" + STREAM), STREAM, stream.leaving().fd());
            }
        }
        var first = await(CompletableFuture.anyOf(paused, broken), deadline, "the memory of the guest is not copied");
        if (!(first instanceof QmpEvent event && event.text("status").equals("pre-switchover"))) {
            throw new QemuException(error(leaving, waiting));
        }
        stopNanos = stopped.isDone() ? stopped.join().atNanos() : event.atNanos();
    }

    private JsonNode migration() {
        return source.machine().qmp().execute("query-migrate", Map.of(), ANSWER);
    }

    private static Predicate<QmpEvent> status(String... wanted) {
        var statuses = List.of(wanted);
        return event -> event.name().equals("MIGRATION") && statuses.contains(event.text("status"));
    }

    private static Map<String, ?> capabilities(String... wanted) {
        return Map.of("capabilities", Stream.of(wanted).map(it -> Map.of("capability", it, "state", true)).toList());
    }

    /// What QEMU says of a migration that has failed.
    private static String error(QemuMachine leaving, QemuMachine waiting) {
        if (!waiting.isAlive()) {
            return "QEMU at the target is gone";
        }
        var error = leaving.qmp().execute("query-migrate", Map.of(), ANSWER).path("error-desc").asString("");
        return error.isEmpty() ? "QEMU does not say why" : error;
    }

    private static Object await(CompletableFuture<Object> event, long deadline, String otherwise) {
        try {
            return event.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new QemuException(otherwise + " in time", e);
        } catch (ExecutionException e) {
            throw new QemuException(otherwise + ": " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QemuException("interrupted", e);
        }
    }

    private LabException failed(RuntimeException fault) {
        return new LabException(LabException.Kind.ENVIRONMENT, from.vm() + " cannot be carried to " + to.host() + ": " + fault.getMessage()
                + (address == null ? "" : " (its stream goes to " + address + " through the network of the hosts)"), fault);
    }

    @Override
    public void handOff() {
        var taking = target;
        if (taking == null || stopNanos == 0) {
            throw new IllegalStateException("the guest has not been stopped");
        }
        try {
            arrived = taking.machine().qmp().expect(status("completed", "failed"));
            source.machine().qmp().execute("migrate-continue", Map.of("state", "pre-switchover"), ANSWER);
        } catch (QemuException fault) {
            throw failed(fault);
        }
    }

    @Override
    public void resume(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        var taking = target;
        var sent = arrived;
        if (taking == null || sent == null) {
            throw new IllegalStateException("the guest has not been handed off");
        }
        try {
            await(CompletableFuture.anyOf(sent), deadline, "the rest of the guest does not arrive at the target");
            if (!sent.join().text("status").equals("completed")) {
                throw new QemuException(error(source.machine(), taking.machine()));
            }
            waitedNanos = System.nanoTime() - sent.join().atNanos();
            var resumed = taking.machine().qmp().expect(event -> event.name().equals("RESUME"));
            taking.machine().qmp().execute("cont", Map.of(), ANSWER);
            var event = await(CompletableFuture.anyOf(resumed), deadline, "the guest does not run at the target");
            resumeNanos = event instanceof QmpEvent it ? it.atNanos() : System.nanoTime();
            taking.machine().takeOver(source.machine());
            guests.taken(from, to);
            downtime(deadline);
            source.machine().leave();
        } catch (QemuException fault) {
            throw failed(fault);
        }
    }

    /// The guest runs at the target whatever the source has to say.
    private void downtime(long deadline) {
        try {
            if (completed != null) {
                await(CompletableFuture.anyOf(completed), Math.min(deadline, System.nanoTime() + ANSWER.toNanos()), "the source does not end");
            }
            downtimeNanos = migration().path("downtime").asLong(0) * NANOS_PER_MILLI;
        } catch (QemuException fault) {
            LOG.info("event=migration-without-downtime vm={} reason=\"{}\"", from.vm(), fault.getMessage());
        }
    }

    @Override
    public void done() {
        if (isOver) {
            return;
        }
        isOver = true;
        guests.discard(from);
        guests.letGo(to);
    }

    @Override
    public void abandon() {
        if (isOver || !isBegun) {
            return;
        }
        // Before the source goes on: never two of one guest.
        guests.discard(to);
        source.waits(false);
        try {
            if (source.machine().isAlive()) {
                goOn();
            }
        } catch (QemuException fault) {
            throw new LabException(LabException.Kind.ENVIRONMENT, from.vm() + " does not go on on " + from.host() + ": " + fault.getMessage(), fault);
        }
        isOver = true;
        guests.letGo(from);
    }

    private void goOn() {
        var qmp = source.machine().qmp();
        if (isUnderWay()) {
            qmp.execute("migrate_cancel", Map.of(), ANSWER);
            // Not by its event, which may have come before anybody waited for it.
            awaitEnd(this::isUnderWay);
        }
        // A migration that has failed is over a little before its guest may go on, or does so by itself.
        awaitEnd(() -> runState(qmp).path("status").asString("").equals("finish-migrate"));
        if (!runState(qmp).path("running").asBoolean(false)) {
            qmp.execute("cont", Map.of(), ANSWER);
        }
    }

    private static JsonNode runState(Qmp qmp) {
        return qmp.execute("query-status", Map.of(), ANSWER);
    }

    private static void awaitEnd(BooleanSupplier isSo) {
        long deadline = System.nanoTime() + ANSWER.toNanos();
        while (isSo.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new QemuException("the migration is not over within " + ANSWER.toSeconds() + " s");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private boolean isUnderWay() {
        var state = migration().path("status").asString("");
        return List.of("setup", "active", "pre-switchover", "device", "cancelling").contains(state);
    }

    @Override
    public long downtimeNanos() {
        return downtimeNanos;
    }

    @Override
    public long waitedNanos() {
        return waitedNanos;
    }

    @Override
    public long stoppedAtNanos() {
        return stopNanos;
    }

    @Override
    public long stoppedNanos() {
        return resumeNanos == 0 ? 0 : resumeNanos - stopNanos;
    }
}
