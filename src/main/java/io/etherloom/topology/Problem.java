package io.etherloom.topology;

/// One thing that is wrong, or doubtful, in a topology file.
///
/// @param file     name of the file as the user gave it; for a [Setting] `set portgroup esx1/DMZ`
/// @param line     1-based line of the offending value, or of the key when the key itself is wrong; 0 for a setting
/// @param column   1-based column, counted in code points; 0 for a setting
/// @param path     where in the structure, for example `hosts.esx1.vSwitches.vSwitch0.portGroups.DMZ.vlan`; empty for the file as such
/// @param message  what is wrong, what is allowed and how to put it right
/// @param severity whether the file is refused for it
public record Problem(String file, int line, int column, String path, String message, Severity severity) {
    /// The form that editors and terminals make into a link: `file:line:column: error: path: message`. A setting has no place in a file:
    /// `set portgroup esx1/DMZ: security.forgedTransmits: message`, with `warning: ` before the path of a warning.
    @Override
    public String toString() {
        var where = path.isEmpty() ? "" : path + ": ";
        if (line == 0) {
            return file + ": " + (severity == Severity.WARNING ? severity + ": " : "") + where + message;
        }
        return file + ":" + line + ":" + column + ": " + severity + ": " + where + message;
    }
}
