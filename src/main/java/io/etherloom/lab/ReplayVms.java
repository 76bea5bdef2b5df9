package io.etherloom.lab;

import io.etherloom.event.Details;
import io.etherloom.event.EventLog;
import io.etherloom.event.EventType;
import io.etherloom.replay.Replay;
import io.etherloom.replay.ReplayClock;
import io.etherloom.replay.ReplayReport;
import io.etherloom.replay.ReplaySettings;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the VMs of kind `replay` send: each from power-on to the end of its file, on a virtual thread of its own. A VM whose file ends, or is
/// broken, stays where it is and sends nothing more until it is powered off and on; one whose file or port changes begins anew. Guarded by the
/// lab's lock, but for [#status].
final class ReplayVms {
    private static final Logger LOG = LoggerFactory.getLogger(ReplayVms.class);

    private final EventLog events;
    private final Map<String, Playing> playing = new LinkedHashMap<>();

    ReplayVms(EventLog events) {
        this.events = events;
    }

    /// Lets play what shall, and ends the rest.
    void follow(Converger converger) {
        var wanted = new LinkedHashMap<String, io.etherloom.topology.Replay>();
        converger.current().endpoints().values().forEach(endpoint -> {
            if (endpoint.replay() != null) {
                wanted.put(endpoint.name(), endpoint.replay());
            }
        });
        if (wanted.isEmpty() && playing.isEmpty()) {
            return;
        }
        var targets = new CaptureTargets(converger);
        for (var vm : List.copyOf(playing.keySet())) {
            var target = targets.named(vm);
            var existing = playing.get(vm);
            if (target == null || !existing.what.equals(wanted.get(vm)) || !existing.isOf(target.port().attachment())) {
                playing.remove(vm).end();
            }
        }
        wanted.forEach((vm, what) -> {
            var target = targets.named(vm);
            if (target != null && target.port().attachment() != null && !playing.containsKey(vm)) {
                begin(vm, what, target);
            }
        });
    }

    /// The change that brought it about is made, whatever stands in the way here.
    private void begin(String vm, io.etherloom.topology.Replay what, CaptureTargets.Target target) {
        try {
            playing.put(vm, new Playing(vm, what, ReplayPort.open(target), target.port().attachment()));
        } catch (LabException busy) {
            LOG.warn("event=replay-not-begun vm={} effect=\"it begins with the next change, or when it is powered off and on\" reason=\"{}\"", vm, busy.getMessage());
        }
    }

    /// How the replay of a VM stands, in words; empty when there is none.
    String status(String vm) {
        var found = playing.get(vm);
        return found == null ? "" : found.status();
    }

    void endAll() {
        playing.values().forEach(Playing::end);
        playing.clear();
    }

    /// One VM that is on.
    private final class Playing {
        private final String vm;
        private final io.etherloom.topology.Replay what;
        private final ReplayPort port;
        private final SwitchAgent.Attachment attachment;
        private final AtomicBoolean isEnded = new AtomicBoolean();
        private volatile String status = "waiting to start";

        Playing(String vm, io.etherloom.topology.Replay what, ReplayPort port, SwitchAgent.Attachment attachment) {
            this.vm = vm;
            this.what = what;
            this.port = port;
            this.attachment = attachment;
            Thread.ofVirtual().name("replay " + vm).start(this::play);
        }

        boolean isOf(SwitchAgent.Attachment now) {
            return attachment == now;
        }

        String status() {
            return status;
        }

        void end() {
            isEnded.set(true);
            port.close();
        }

        private void play() {
            var clock = ReplayClock.ofSystem();
            long startNanos = clock.nanoTime() + what.start().toNanos();
            while (!isEnded.get() && clock.nanoTime() < startNanos) {
                clock.awaitUntil(Math.min(startNanos, clock.nanoTime() + 100_000_000));
            }
            status = "replaying " + what.file().getFileName();
            try (port) {
                var report = new Replay(port, ReplaySettings.of(what), clock, this::progress, isEnded::get).run(() -> Files.newInputStream(what.file()));
                ended(report);
            }
        }

        private void progress(ReplayReport report) {
            status = "replaying " + what.file().getFileName() + ", " + words(report);
        }

        private void ended(ReplayReport report) {
            var details = Details.of("file", what.file().toString()).and("sent", report.sent()).and("rounds", report.rounds());
            switch (report.end()) {
                case BROKEN -> {
                    status = "stopped: " + report.problem();
                    events.post(EventType.REPLAY_BROKEN, vm, vm + " has stopped after " + words(report) + ": " + what.file() + ": " + report.problem(), details);
                }
                case FINISHED, LIMIT, RUNNING -> {
                    status = "ended: " + words(report);
                    events.post(EventType.REPLAY_ENDED, vm, vm + " has sent all of " + what.file() + ": " + words(report) + ".", details);
                }
                case STOPPED, PORT_GONE -> status = "";      // Whoever did that has said so.
            }
        }

        private static String words(ReplayReport report) {
            long skipped = report.skipped().values().stream().mapToLong(Long::longValue).sum();
            return report.sent() + (report.sent() == 1 ? " frame" : " frames") + (skipped == 0 ? "" : ", " + skipped + " skipped");
        }
    }
}
