package io.etherloom.cli;

import java.io.IOException;
import java.util.Properties;

/// Which build of Etherloom this is.
///
/// @param number such as `0.1.0`
/// @param commit of git, `unknown` when it was built without
record Version(String number, String commit) {
    /// Read from the resource that the build fills in.
    static Version ofThisBuild() {
        var properties = new Properties();
        try (var in = Version.class.getResourceAsStream("/io/etherloom/version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException _) {
            // A version that cannot be read is as unknown as one that is not there.
        }
        return new Version(properties.getProperty("version", "unknown"), properties.getProperty("commit", "unknown"));
    }

    /// What client and lab compare.
    @Override
    public String toString() {
        return number + "+" + commit;
    }
}
