/// What would become of a frame: one switch's part of it. A [io.etherloom.trace.Rehearsal] carries frames through the twin of a switch, by the very
/// code that carries all frames, and writes down as [io.etherloom.trace.Step]s what the observers of its ports see. Knows neither names nor the
/// topology; who asks joins switches and puts it into words.
@NullMarked
package io.etherloom.trace;

import org.jspecify.annotations.NullMarked;
