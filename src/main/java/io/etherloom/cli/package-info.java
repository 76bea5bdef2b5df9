/// The command line: the verbs, their tables, and the thin client that asks a running lab over its unix socket.
///
/// [io.etherloom.cli.Main] finds the verb; each verb is a class of its own (`UpCommand`, `ShowCommand` …) that gets everything it touches
/// from one `World`. Only `up` and the hidden `lab-process` load more than the client needs. One thread, but for what a lab itself
/// starts. Start reading at `Main`, then `ShowCommand`.
@NullMarked
package io.etherloom.cli;

import org.jspecify.annotations.NullMarked;
