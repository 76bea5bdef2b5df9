package io.etherloom.lab;

import io.etherloom.lab.view.ExternalVm;
import io.etherloom.topology.VmKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/// What a VM from outside is in the words of the file, and what is made of it.
final class ExternalVms {
    private ExternalVms() {}

    /// As it would stand in the file; JSON is YAML.
    static String body(ExternalVm vm) {
        var nic = new LinkedHashMap<String, Object>();
        nic.put("portGroup", vm.portGroup());
        if (vm.mac() != null) {
            nic.put("mac", vm.mac());
        }
        if (vm.addresses() != null && !vm.addresses().isEmpty()) {
            nic.put("ip", vm.addresses());
        }
        var body = new LinkedHashMap<String, Object>();
        body.put("host", vm.host());
        body.put("kind", VmKind.EXTERNAL.toString());
        body.put("nics", List.of(nic));
        return JsonMapper.shared().writeValueAsString(Map.copyOf(body));
    }

    static ExternalVm answer(ExternalVm wanted, Blueprint made) {
        var endpoint = Objects.requireNonNull(made.endpoints().get(wanted.name()));
        return new ExternalVm(wanted.name(), wanted.host(), wanted.portGroup(), wanted.mac(), wanted.addresses(), wanted.namespace(),
                endpoint.interfaces().getFirst().name());
    }
}
