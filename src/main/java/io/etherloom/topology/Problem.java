package io.etherloom.topology;

/// One thing that is wrong, or doubtful, in a topology file.
///
/// @param file     name of the file as the user gave it
/// @param line     1-based line of the offending value, or of the key when the key itself is wrong
/// @param column   1-based column, counted in code points
/// @param path     where in the structure, for example `hosts.esx1.vSwitches.vSwitch0.portGroups.DMZ.vlan`; empty for the file as such
/// @param message  what is wrong, what is allowed and how to put it right
/// @param severity whether the file is refused for it
public record Problem(String file, int line, int column, String path, String message, Severity severity) {
    /// The form that editors and terminals make into a link: `file:line:column: error: path: message`.
    @Override
    public String toString() {
        var where = path.isEmpty() ? "" : path + ": ";
        return file + ":" + line + ":" + column + ": " + severity + ": " + where + message;
    }
}
