package io.etherloom.cli;

import io.etherloom.docker.Labs;
import io.etherloom.docker.Refused;
import io.etherloom.lab.LabException;
import io.etherloom.lab.LabRecord;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The labs that run, asked over their sockets.
record DockerLabs(World world) implements Labs {
    @Override
    public String lab(@Nullable String name) {
        return record(name).name();
    }

    private LabRecord record(@Nullable String name) {
        try {
            var record = world.sweptRegistry().lab(name);
            if (record.state() == LabRecord.State.STARTING) {
                throw new Refused("the lab " + record.name() + " is still starting");
            }
            return record;
        } catch (LabException e) {
            throw new Refused(String.valueOf(e.getMessage()).replace("say which with --lab", "say which: -o lab=NAME"));
        }
    }

    private LabClient client(String lab) {
        return new LabClient(lab, record(lab).socket(), world);
    }

    private static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (Failure e) {
            throw new Refused(e.sentence());
        }
    }

    @Override
    public List<String> hosts(String lab, String portGroup) {
        return asked(() -> client(lab).rows("/v1/portgroups").stream()
            .filter(row -> List.of(row.text("name"), row.text("vSwitch") + "/" + row.text("name")).contains(portGroup))
            .map(row -> row.text("host")).distinct().toList());
    }

    @Override
    public List<String> portGroups(String lab) {
        return asked(() -> List.copyOf(new LinkedHashSet<>(client(lab).rows("/v1/portgroups").stream().map(row -> row.text("name")).toList())));
    }

    @Override
    public List<String> vms(String lab) {
        return asked(() -> client(lab).rows("/v1/vms").stream().map(row -> row.text("name")).toList());
    }

    @Override
    public String arrive(String lab, String vm, String host, String portGroup, String mac, List<String> addresses, String namespace) {
        var request = new LinkedHashMap<String, Object>();
        request.put("name", vm);
        request.put("host", host);
        request.put("portGroup", portGroup);
        request.put("mac", mac);
        request.put("addresses", addresses);
        request.put("namespace", namespace);
        return asked(() -> Row.of(Json.parse(Objects.requireNonNull(client(lab).post("/v1/vms", JsonMapper.shared().writeValueAsString(request))))).text("tap"));
    }

    @Override
    public void leave(String lab, String vm) {
        var running = world.sweptRegistry().labs().stream().filter(record -> record.name().equals(lab)).findFirst();
        try {
            running.ifPresent(record -> new LabClient(lab, record.socket(), world).delete("/v1/vms/" + LabClient.segment(vm)));
        } catch (Failure e) {
            if (e.exitCode() != ExitCode.NO_SUCH_THING) {
                world.note("the VM " + vm + " could not leave the lab " + lab + ": " + e.sentence());
            }
        }
    }
}
