package io.etherloom.lab;

import io.etherloom.event.Details;
import io.etherloom.event.EventLog;
import io.etherloom.event.EventType;

/// Tells that a capture begins, with this object, and how it ends.
final class CaptureEvents {
    private final String lab;
    private final String what;
    private final EventLog log;
    private long frames = -1;

    /// @param lab its name
    CaptureEvents(String lab, CaptureRequest request, EventLog log) {
        this.lab = lab;
        this.log = log;
        what = EventObjects.enumerated(request.subjects().stream()
                .map(subject -> subject.name().isEmpty() ? subject.kind().word() : subject.kind().word() + " " + subject.name()).toList());
        log.post(EventType.CAPTURE_BEGUN, lab, "A capture of " + what + " has begun.", Details.of("subjects", what));
    }

    /// @return the same
    long ended(long written) {
        frames = written;
        return written;
    }

    /// @param lost copies that are missing
    void end(long lost) {
        var end = frames < 0 ? "A capture of " + what + " has ended, its reader has gone" : "A capture of " + what + " has ended with " + frames + " frames";
        var details = Details.of("subjects", what).and("lost", lost);
        if (frames >= 0) {
            details.and("frames", frames);
        }
        log.post(lost == 0 ? EventType.CAPTURE_ENDED : EventType.CAPTURE_LOST, lab, end + (lost == 0 ? "." : "; " + lost + " copies were lost."), details);
    }
}
