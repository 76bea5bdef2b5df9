package io.etherloom.api;

import static io.netty.handler.codec.http.HttpMethod.DELETE;
import static io.netty.handler.codec.http.HttpMethod.GET;
import static io.netty.handler.codec.http.HttpMethod.POST;

import io.etherloom.api.Router.Call;
import io.etherloom.lab.LabControl;
import io.etherloom.lab.TraceQuestion;
import io.etherloom.lab.view.LabView;
import io.etherloom.metrics.LabMetrics;
import io.etherloom.topology.Setting;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Every route of a lab. What changes a lab is a POST and may be repeated; `done` is 204, a plan is the list of its steps.
final class LabRoutes {
    private final LabControl lab;
    private final Supplier<LabView> view;
    private final LabMetrics metrics;
    private final String version;
    private final Runnable end;
    private final BenchRoute bench;
    private final EventRoute events;
    private final ReplayRoute replay;

    /// @param view the lab with the addresses at which it really listens
    /// @param end  called once after `/v1/shutdown` was answered
    LabRoutes(LabControl lab, Supplier<LabView> view, LabMetrics metrics, String version, Runnable end) {
        this.lab = lab;
        this.view = view;
        this.metrics = metrics;
        this.version = version;
        this.end = end;
        bench = new BenchRoute(lab);
        events = new EventRoute(lab);
        replay = new ReplayRoute(lab);
    }

    /// The routes of the unix socket, which only the lab's owner can open.
    Router all() {
        return scrapes()
            .on(GET, "/v1/version", _ -> Answer.json(Map.of("version", version)))
            .on(GET, "/v1/lab", _ -> Answer.json(view.get()))
            .on(GET, "/v1/hosts", _ -> Answer.json(lab.hosts()))
            .on(GET, "/v1/networks", _ -> Answer.json(lab.networks()))
            .on(GET, "/v1/vswitches", _ -> Answer.json(lab.vSwitches()))
            .on(GET, "/v1/portgroups", _ -> Answer.json(lab.portGroups()))
            .on(GET, "/v1/ports", _ -> Answer.json(lab.ports()))
            .on(GET, "/v1/uplinks", _ -> Answer.json(lab.uplinks()))
            .on(GET, "/v1/teams", _ -> Answer.json(lab.teams()))
            .on(GET, "/v1/shapers", _ -> Answer.json(lab.shapers()))
            .on(GET, "/v1/security", _ -> Answer.json(lab.security()))
            .on(GET, "/v1/vms", _ -> Answer.json(lab.vms()))
            .on(GET, "/v1/vmkernel", _ -> Answer.json(lab.vmkernel()))
            .on(GET, "/v1/fdb", _ -> Answer.json(lab.fdb()))
            .on(GET, "/v1/fabric", _ -> Answer.json(lab.fabric()))
            .on(GET, "/v1/top", _ -> Answer.json(lab.top()))
            .on(POST, "/v1/plan", call -> Answer.json(lab.plan(call.request().text(), call.request().required("file"))))
            .on(POST, "/v1/apply", call -> Answer.json(lab.apply(call.request().text(), call.request().required("file"))))
            .on(POST, "/v1/vms/{vm}/{on|off}", this::power)
            .on(POST, "/v1/vms/{vm}/nics/{nic}/{connect|disconnect}", this::connect)
            .on(POST, "/v1/hosts/{owner}/pnics/{port}/{up|down}", this::link)
            .on(POST, "/v1/links/{owner}/{port}/{up|down}", this::link)
            .on(POST, "/v1/settings/{portgroup|vswitch|host|nic|vmkernel}/{target}", this::set)
            .on(POST, "/v1/trace", this::trace)
            .on(GET, "/v1/events", events::answer)
            .on(GET, "/v1/capture/subjects", _ -> Answer.json(lab.captureSubjects()))
            .on(GET, "/v1/capture", this::capture)
            .on(POST, "/v1/replay/{port}", replay::begin)
            .on(DELETE, "/v1/replay/{port}", replay::end)
            .on(POST, "/v1/bench/rfc2544", call -> bench.rfc2544(call.request()))
            .on(POST, "/v1/bench/rfc2889", call -> bench.rfc2889(call.request()))
            .on(POST, "/v1/shutdown", _ -> shutdown());
    }

    /// The routes of the TCP port, which whoever reaches the address can open: they tell numbers and change nothing.
    Router scrapes() {
        return new Router().on(GET, "/metrics", this::metrics).on(GET, "/health", _ -> health());
    }

    private Answer power(Call call) {
        lab.power(call.at("vm"), call.isFirst("on|off", "on", "off"));
        return Answer.done();
    }

    private Answer connect(Call call) {
        int nic = Request.number("The index of a vNIC", call.at("nic"), 0, 9);
        lab.connect(call.at("vm"), nic, call.isFirst("connect|disconnect", "connect", "disconnect"));
        return Answer.done();
    }

    private Answer link(Call call) {
        lab.link(call.at("owner"), call.at("port"), call.isFirst("up|down", "up", "down"));
        return Answer.done();
    }

    /// The body is an object of keys and values; null gives a key back to the file.
    private Answer set(Call call) {
        var word = call.at("portgroup|vswitch|host|nic|vmkernel");
        var kinds = Arrays.stream(Setting.Kind.values()).map(Setting.Kind::word).toList();
        if (!kinds.contains(word)) {
            throw new ProblemException(Problem.of(HttpResponseStatus.NOT_FOUND, "Nothing can be set on a \"" + word + "\".", kinds));
        }
        var kind = Setting.Kind.values()[kinds.indexOf(word)];
        return Answer.json(lab.set(kind, call.at("target"), SettingsBody.assignments(call.request().text())));
    }

    /// The body is a [TraceQuestion].
    private Answer trace(Call call) {
        try {
            var question = Json.read(call.request().text(), TraceQuestion.class);
            return Answer.json(lab.trace(question));
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("The question is wrong: " + e.getMessage() + ".");
        }
    }

    private Answer capture(Call call) {
        var wanted = CaptureQuery.of(call.request());
        return new Answer.Stream("application/x-pcapng", (out, isOver) -> lab.capture(wanted, out, isOver));
    }

    private Answer metrics(Call call) {
        var scrape = metrics.scrape(call.request().accept());
        return new Answer.Whole(HttpResponseStatus.OK, scrape.contentType(), scrape.body(), () -> {});
    }

    /// A fault that reached an agent is a bug, and the lab lives on: alive, but not well.
    private Answer health() {
        long errors = lab.meters().agents().stream().mapToLong(agent -> agent.errors()).sum();
        var status = errors == 0 ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE;
        return Answer.json(status, new Health(errors == 0 ? "well" : "faulty", errors), () -> {});
    }

    private Answer shutdown() {
        return Answer.json(HttpResponseStatus.ACCEPTED, Map.of("pid", ProcessHandle.current().pid()), end);
    }

    private record Health(String status, long agentErrors) {}
}
