package io.etherloom.api;

import static io.netty.handler.codec.http.HttpMethod.DELETE;
import static io.netty.handler.codec.http.HttpMethod.POST;

import io.etherloom.api.Router.Call;
import io.etherloom.lab.LabControl;
import io.etherloom.lab.view.ExternalVm;
import io.etherloom.lab.view.PlanView;
import io.etherloom.lab.view.SettingsView;
import io.etherloom.topology.Setting;
import io.etherloom.vmotion.MoveReport;
import io.etherloom.vmotion.MoveRequest;
import io.etherloom.vmotion.VMotions;
import io.netty.handler.codec.http.HttpResponseStatus;

/// What can be done to a lab. Each may be repeated; a plan is the list of its steps, and where there is nothing to say the answer is 204.
final class ChangeRoutes {
    private static final String YAML = "application/yaml";

    private final LabControl lab;
    private final VMotions vmotions;
    private final Runnable end;

    /// @param end called once after `/v1/shutdown` was answered
    ChangeRoutes(LabControl lab, VMotions vmotions, Runnable end) {
        this.lab = lab;
        this.vmotions = vmotions;
        this.end = end;
    }

    /// Of the process that ends.
    record Ending(long pid) {}

    Router add(Router router) {
        return router
            .on(POST, "/v1/plan", call -> Answer.json(lab.plan(call.request().text(), call.request().required("file"))))
            .about("What applying this file would change.").required("file", "path of the file from which the lab was started").takes(YAML)
            .answersMany(PlanView.class)
            .on(POST, "/v1/apply", call -> Answer.json(lab.apply(call.request().text(), call.request().required("file"))))
            .about("Converges the lab to this file; what is not concerned does not blink.").required("file", "path of the file from which the lab was started")
            .takes(YAML).answersMany(PlanView.class).runsCode()
            .on(POST, "/v1/vms/{vm}/{on|off}", this::power).about("Powers a VM on or off.")
            .on(POST, "/v1/vms", this::arrive).about("Has something outside come as a VM, whose interface it takes into its own network namespace.")
            .takes(ExternalVm.class).answers(ExternalVm.class)
            .on(DELETE, "/v1/vms/{vm}", this::leave).about("Has such a VM go, and its interface with it.")
            .on(POST, "/v1/vms/{vm}/nics/{nic}/{connect|disconnect}", this::connect).about("Connects or disconnects a vNIC, by its index.")
            .on(POST, "/v1/hosts/{owner}/pnics/{port}/{up|down}", this::link).about("Plugs in or pulls the cable of a pNIC.")
            .on(POST, "/v1/links/{owner}/{port}/{up|down}", this::link).about("Plugs in or pulls the cable of a pNIC or a port of a physical switch.")
            .on(POST, "/v1/settings/{portgroup|vswitch|host|nic|vmkernel}/{target}", this::set)
            .about("Sets values by hand, all or none; null gives a key back to the file. The keys are those of etherloom set.")
            .takes(Route.Content.JSON).answers(SettingsView.class)
            .on(POST, "/v1/vmotions", this::move).about("Begins to move a VM to another host while it runs; a dry run says what stands against it.")
            .takes(MoveRequest.class).answers(202, MoveReport.class)
            .on(POST, "/v1/vmotions/{id}/{switchover|complete|abort|renew}", this::drive)
            .about("Takes a move back, or drives one that was begun with a lease; answers when that is done.").answers(MoveReport.class)
            .on(POST, "/v1/shutdown", _ -> shutdown()).about("Ends the lab; nothing of it is left.").answers(202, Ending.class);
    }

    private Answer power(Call call) {
        lab.power(call.at("vm"), call.isFirst("on|off", "on", "off"));
        return Answer.done();
    }

    private Answer arrive(Call call) {
        try {
            return Answer.json(lab.arrive(Json.read(call.request().text(), ExternalVm.class)));
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("The request is wrong: " + e.getMessage() + ".");
        }
    }

    private Answer leave(Call call) {
        lab.leave(call.at("vm"));
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

    private Answer move(Call call) {
        try {
            var report = vmotions.begin(Json.read(call.request().text(), MoveRequest.class));
            return report.isOver() ? Answer.json(report) : Answer.json(HttpResponseStatus.ACCEPTED, report, () -> { });
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("The request is wrong: " + e.getMessage() + ".");
        }
    }

    private Answer drive(Call call) {
        long id = Request.number("The number of a move", call.at("id"), 1, Integer.MAX_VALUE);
        var verb = call.at("switchover|complete|abort|renew");
        return Answer.json(switch (verb) {
            case "switchover" -> vmotions.switchover(id);
            case "complete" -> vmotions.complete(id);
            case "abort" -> vmotions.abort(id);
            default -> vmotions.renew(id);
        });
    }

    /// The body is an object of keys and values; null gives a key back to the file.
    private Answer set(Call call) {
        var word = call.at("portgroup|vswitch|host|nic|vmkernel");
        var kinds = Setting.Kind.settable().stream().map(Setting.Kind::word).toList();
        if (!kinds.contains(word)) {
            throw new ProblemException(Problem.of(HttpResponseStatus.NOT_FOUND, "Nothing can be set on a \"" + word + "\".", kinds));
        }
        var kind = Setting.Kind.settable().get(kinds.indexOf(word));
        return Answer.json(lab.set(kind, call.at("target"), SettingsBody.assignments(call.request().text())));
    }

    private Answer shutdown() {
        return Answer.json(HttpResponseStatus.ACCEPTED, new Ending(ProcessHandle.current().pid()), end);
    }
}
