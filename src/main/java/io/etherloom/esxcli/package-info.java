/// The product's command line for a host, `esxcli network ...`, on a lab: its tree of namespaces, its options, its formats of output. Commands read
/// the lab's views and change it by its settings; how the lab is reached is [io.etherloom.esxcli.LabAccess]'s matter. One thread.
///
/// [io.etherloom.esxcli.Esxcli] runs a line of words; [io.etherloom.esxcli.CommandTree] has every command; a command answers with a
/// [io.etherloom.esxcli.Reply] of structures, and a [io.etherloom.esxcli.Formatter] writes them.
///
/// Formats are facts taken from public transcripts of the product; where each was found is listed beside the golden files of the tests.
@NullMarked
package io.etherloom.esxcli;

import org.jspecify.annotations.NullMarked;
