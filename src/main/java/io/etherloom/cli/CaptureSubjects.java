package io.etherloom.cli;

import io.etherloom.lab.CaptureRequest.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What is captured: each option any number of times, all into one file.
final class CaptureSubjects {
    private static final String WHOLE = "\0whole";
    private static final Pattern LAB_NAME = Pattern.compile("[a-z0-9-]{1,24}");

    @Option(names = "--port", paramLabel = "PORT",
        description = "VM (web1), vNIC (web1/1), vmk (esx1/vmk0), uplink (esx1/vmnic0), port id, or port of a physical switch (tor1/1).")
    List<String> ports = new ArrayList<>();

    @Option(names = "--switchport", paramLabel = "ID", description = "Port of a vSwitch by its id (show ports).")
    List<String> switchPorts = new ArrayList<>();

    @Option(names = "--uplink", paramLabel = "PNIC", description = "esx1/vmnic0, or vmnic0 where one host has it.")
    List<String> uplinks = new ArrayList<>();

    @Option(names = "--vmk", paramLabel = "VMK", description = "esx1/vmk0, or vmk0 where one host has it.")
    List<String> vmks = new ArrayList<>();

    @Option(names = "--portgroup", paramLabel = "NAME", description = "All ports of a port group (DMZ, esx1/DMZ), also those that come later.")
    List<String> portGroups = new ArrayList<>();

    @Option(names = "--vm", paramLabel = "VM", description = "All vNICs of a VM.")
    List<String> vms = new ArrayList<>();

    @Option(names = "--link", paramLabel = "END", description = "Both ends of a cable, by either of them (tor1/1, esx1/vmnic0).")
    List<String> links = new ArrayList<>();

    @Option(names = "--lab", arity = "0..1", fallbackValue = WHOLE, paramLabel = "LAB",
        description = "Without a name: every port of the lab. With a name: the lab that is meant, where several run.")
    List<String> labs = new ArrayList<>();

    /// What stands behind `--lab` may also be the filter, as in `--lab "vlan 10"`: when it cannot be a name, or when nothing else is captured and
    /// no lab has that name.
    ///
    /// @param expression gets the filter
    void settle(Predicate<String> isLab, List<String> expression) {
        boolean isOnly = parameters().isEmpty();
        for (int i = 0; i < labs.size(); i++) {
            var word = labs.get(i);
            if (!word.equals(WHOLE) && (!LAB_NAME.matcher(word).matches() || isOnly && !isLab.test(word))) {
                labs.set(i, WHOLE);
                expression.addFirst(word);
            }
        }
    }

    /// The lab that was named, or null.
    @Nullable String labName() {
        return labs.stream().filter(name -> !name.equals(WHOLE)).findFirst().orElse(null);
    }

    /// As parameters of the query.
    List<String> parameters() {
        var parameters = new ArrayList<String>();
        add(parameters, Kind.PORT, ports);
        add(parameters, Kind.SWITCHPORT, switchPorts);
        add(parameters, Kind.UPLINK, uplinks);
        add(parameters, Kind.VMK, vmks);
        add(parameters, Kind.PORTGROUP, portGroups);
        add(parameters, Kind.VM, vms);
        add(parameters, Kind.LINK, links);
        if (labs.contains(WHOLE)) {
            parameters.add(Kind.LAB.word() + "=true");
        }
        return parameters;
    }

    private static void add(List<String> parameters, Kind kind, List<String> names) {
        names.forEach(name -> parameters.add(kind.word() + "=" + LabClient.segment(name)));
    }
}
