package io.etherloom.event;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Something that happened.
///
/// @param seq counts from 1 in each lab without a gap
/// @param time of day at which it happened; events that different threads saw may stand a few milliseconds out of order
/// @param object that it happened to: `esx1/vmnic0`, `esx1/vSwitch0`, `web1.eth0`, `tor1/24`, or the lab's name
/// @param sentence for a person
/// @param details for a program, in a fixed order: strings, numbers, booleans and lists of strings
public record Event(long seq, Instant time, EventType type, String object, String sentence, Map<String, Object> details) {
    public Event {
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }
}
