/// QEMU guests: their command line, their process, and what is asked of them by QMP (the QEMU machine protocol) and by the shell of the guest that
/// Etherloom ships.
///
/// A [io.etherloom.qemu.MachineSpec] says what a guest is; [io.etherloom.qemu.QemuMachine] is one process of it. Nothing here knows a lab, a switch
/// or a frame: frames go by sockets whose paths the spec names, or by a TAP that is given to QEMU. Faults are [io.etherloom.qemu.QemuException]s. Any thread, but not an agent's: calls
/// wait for another process, each with a time limit.
@NullMarked
package io.etherloom.qemu;

import org.jspecify.annotations.NullMarked;
