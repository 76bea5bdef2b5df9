package io.etherloom.esxcli;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How commands reach a lab. Implementations throw their own exceptions, with a sentence, when the lab refuses or cannot be asked.
public interface LabAccess {
    /// The objects of a view: `vswitches`, `ports`, ...; the members of the one object that some views are.
    List<Map<?, ?>> view(String name);

    /// Sets values by hand as one change: keys as in the file, null gives a key back to it.
    ///
    /// @param kind   `vswitch`, `portgroup`, `host` or `vmkernel`
    /// @param target `esx1/vSwitch0`, ...
    void set(String kind, String target, Map<String, @Nullable Object> values);

    /// Plugs in or pulls the cable of a pNIC.
    void link(String host, String pnic, boolean isUp);

    /// Runs a program in a namespace of the lab to its end, without input.
    Run run(String namespace, List<String> command);

    /// What an advanced option is for; empty when nothing is written about it.
    String about(String option);

    /// What became of a program.
    ///
    /// @param output what it wrote to either stream
    record Run(int status, String output) {}
}
