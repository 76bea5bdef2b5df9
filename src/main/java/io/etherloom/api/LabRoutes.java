package io.etherloom.api;

import static io.netty.handler.codec.http.HttpMethod.DELETE;
import static io.netty.handler.codec.http.HttpMethod.GET;
import static io.netty.handler.codec.http.HttpMethod.POST;

import io.etherloom.api.Router.Call;
import io.etherloom.event.EventType;
import io.etherloom.lab.LabControl;
import io.etherloom.lab.TraceQuestion;
import io.etherloom.lab.view.CaptureSubjectView;
import io.etherloom.lab.view.EventView;
import io.etherloom.lab.view.LabView;
import io.etherloom.lab.view.TraceView;
import io.etherloom.metrics.LabMetrics;
import io.etherloom.scenario.Rfc2544Settings;
import io.etherloom.scenario.Rfc2889Settings;
import io.etherloom.vmotion.VMotions;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.function.Supplier;

/// Every route of a lab: what can be seen ([ViewRoutes]), what can be done ([ChangeRoutes]), and here what goes on for a while.
final class LabRoutes {
    private static final String CAPTURE = "application/x-pcapng";

    private final LabControl lab;
    private final Supplier<LabView> view;
    private final LabMetrics metrics;
    private final String version;
    private final Runnable end;
    private final VMotions vmotions;

    /// @param view the lab with the addresses at which it really listens
    /// @param end  called once after `/v1/shutdown` was answered
    LabRoutes(LabControl lab, Supplier<LabView> view, LabMetrics metrics, String version, Runnable end) {
        this.lab = lab;
        this.view = view;
        this.metrics = metrics;
        this.version = version;
        this.end = end;
        vmotions = new VMotions(lab);
        metrics.moves(vmotions::meters);
    }

    /// Everything, for the unix socket, which only the lab's owner can open, and for TCP as far as [Access] lets in.
    Router all() {
        var router = scrapes();
        ViewRoutes.add(router, lab, vmotions, view, version);
        new ChangeRoutes(lab, vmotions, end).add(router);
        streams(router);
        return router.on(GET, "/v1/openapi.json", _ -> Answer.json(OpenApi.document(router, version)))
            .about("This document.").answers(Route.Content.JSON);
    }

    private void streams(Router router) {
        var bench = new BenchRoute(lab);
        var replay = new ReplayRoute(lab);
        router
            .on(POST, "/v1/trace", this::trace).about("What would become of a frame, stage by stage, without sending it.")
            .takes(TraceQuestion.class).answers(TraceView.class)
            .on(GET, "/v1/events", new EventRoute(lab)::answer).about("What has happened, and as server-sent events what happens.")
            .query("since", "only events with a higher number").queries("type", "only these types", EventType.labels())
            .queries("severity", "only these severities", List.of("info", "warning", "error"))
            .queries("object", "only of these hosts, switches, ports and VMs", List.of())
            .answersMany(EventView.class).answers(EventRoute.EVENT_STREAM)
            .on(GET, "/v1/logs", new LogsRoute(lab)::answer).about("What the lab has logged.").query("vm", "what the commands of this VM have printed instead")
            .query("follow", "go on with what comes", "true", "false").answers("text/plain")
            .on(GET, "/v1/capture/subjects", _ -> Answer.json(lab.captureSubjects())).about("What can be captured, by the names of the query of a capture.")
            .answersMany(CaptureSubjectView.class)
            .on(GET, "/v1/capture", this::capture).about("Frames as they pass, until the client goes away.")
            .queries("port", "VM, vNIC, vmk, uplink, port id, or port of a physical switch", List.of()).queries("switchport", "port id", List.of())
            .queries("uplink", "HOST/VMNIC", List.of()).queries("vmk", "HOST/VMK", List.of()).queries("portgroup", "all ports of a port group", List.of())
            .queries("vm", "all vNICs of a VM", List.of()).queries("link", "a cable of the physical network", List.of()).query("lab", "everything", "true")
            .queries("point", "capture points, as the product spells them", List.of())
            .query("dir", "0 or in, 1 or out, 2 or both").query("stage", "0 or pre, 1 or post").queries("filter", "libpcap filter expression", List.of())
            .query("snaplen", "octets kept of each frame").query("count", "frames after which it ends, 0 for none").answers(CAPTURE)
            .on(POST, "/v1/replay/{port}", replay::begin).about("Sends the frames of a capture, which is the body, into a port.")
            .query("rate", "original, a multiple, or frames a second").query("loop", "how often, or forever").query("file", "a file on the lab's machine instead of a body")
            .query("rewriteMacs", "send from the port's own address", "true", "false").query("padCut", "fill up frames that the capture has cut", "true", "false")
            .query("count", "frames after which it ends").query("millis", "time after which it ends").takes(CAPTURE).answers(JsonLines.MEDIA_TYPE)
            .opensFile("file")
            .on(DELETE, "/v1/replay/{port}", replay::end).about("Ends what is being sent into a port.")
            .on(POST, "/v1/vms/{vm}/exec", new ExecRoute(lab)::run).about("Runs a command in a VM: stdout, stderr and exit as JSON lines.")
            .takes(ExecRoute.Command.class).answers(JsonLines.MEDIA_TYPE).runsCode()
            .on(POST, "/v1/bench/rfc2544", call -> bench.rfc2544(call.request())).about("Benchmark by RFC 2544: progress and result as JSON lines.")
            .takes(Rfc2544Settings.class).answers(JsonLines.MEDIA_TYPE)
            .on(POST, "/v1/bench/rfc2889", call -> bench.rfc2889(call.request())).about("Benchmark by RFC 2889: progress and result as JSON lines.")
            .takes(Rfc2889Settings.class).answers(JsonLines.MEDIA_TYPE);
    }

    /// The routes of the scrape port, which whoever reaches the address can open: they tell numbers and change nothing.
    Router scrapes() {
        return new Router()
            .on(GET, "/metrics", this::metrics).about("Metrics for Prometheus.").answers("text/plain")
            .on(GET, "/health", _ -> health()).about("200 while the lab is well, 503 when a fault has reached an agent.").answers(Health.class);
    }

    private Answer trace(Call call) {
        try {
            return Answer.json(lab.trace(Json.read(call.request().text(), TraceQuestion.class)));
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("The question is wrong: " + e.getMessage() + ".");
        }
    }

    private Answer capture(Call call) {
        var wanted = CaptureQuery.of(call.request());
        return new Answer.Stream(CAPTURE, (out, isOver) -> lab.capture(wanted, out, isOver));
    }

    private Answer metrics(Call call) {
        var format = metrics.format(call.request().accept());
        return new Answer.Written(format.contentType(), out -> metrics.write(format, out));
    }

    /// A fault that reached an agent is a bug, and the lab lives on: alive, but not well.
    private Answer health() {
        long errors = lab.agentErrors();
        var status = errors == 0 ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE;
        return Answer.json(status, new Health(errors == 0 ? "well" : "faulty", errors), () -> {});
    }

    private record Health(String status, long agentErrors) {}
}
