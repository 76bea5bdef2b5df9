/// VMotion: a VM's ports move from one host to another while it runs. [io.etherloom.vmotion.MoveChecks] say what stands against a move, and
/// [io.etherloom.vmotion.VMotions] carries it out, phase by phase, by the commands that a lab has for everybody.
@NullMarked
package io.etherloom.vmotion;

import org.jspecify.annotations.NullMarked;
