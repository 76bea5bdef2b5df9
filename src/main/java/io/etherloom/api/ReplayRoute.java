package io.etherloom.api;

import io.etherloom.api.Router.Call;
import io.etherloom.lab.LabControl;
import io.etherloom.replay.Replay;
import io.etherloom.replay.ReplaySettings;
import io.etherloom.topology.ReplayRate;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Replays a capture file into a port, and tells its course as JSON objects, one a line: `{"progress": …}` each second, and `{"result": …}`
/// last, whatever the end. What is wrong from the beginning is a problem in place of all that. It ends when the client goes away.
///
/// The file is the body, of any length: it is read while it is sent, no faster, so neither side keeps it. Or `file` names it on the lab's
/// machine, which a client beside the lab can do, and which alone can be sent several times.
final class ReplayRoute {
    private static final int MAX_LOOPS = 1_000_000_000;

    private final LabControl lab;

    ReplayRoute(LabControl lab) {
        this.lab = lab;
    }

    Answer begin(Call call) {
        var request = call.request();
        var settings = settings(request);
        var source = source(request, settings);
        return new Answer.Stream(JsonLines.MEDIA_TYPE, (out, isOver) -> {
            var lines = new JsonLines(out);
            try {
                lines.write("result", lab.replay(call.at("port"), source, settings, view -> lines.write("progress", view), isOver));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        });
    }

    Answer end(Call call) {
        lab.endReplay(call.at("port"));
        return Answer.done();
    }

    private static ReplaySettings settings(Request request) {
        return new ReplaySettings(rate(request), loops(request), request.flag("rewriteMacs"), request.flag("padCut"),
            request.number("count", 1, Integer.MAX_VALUE, 0), request.number("millis", 1, Integer.MAX_VALUE, 0) * 1_000_000L);
    }

    private static ReplayRate rate(Request request) {
        try {
            return ReplayRate.parse(request.query().getOrDefault("rate", List.of("original")).getFirst());
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("\"rate\": " + e.getMessage() + ".");
        }
    }

    private static long loops(Request request) {
        return request.query().getOrDefault("loop", List.of("1")).getFirst().equals("forever") ? 0 : request.number("loop", 1, MAX_LOOPS, 1);
    }

    private static Replay.Source source(Request request, ReplaySettings settings) {
        if (request.query().containsKey("file")) {
            return file(Path.of(request.required("file")));
        }
        var upload = request.upload();
        if (settings.loops() != 1) {
            throw ProblemException.badRequest("A body is sent once; for a \"loop\" name a \"file\" on the lab's machine.");
        }
        if (upload == null) {
            throw ProblemException.badRequest("The body is missing.");
        }
        return () -> upload;
    }

    private static Replay.Source file(Path file) {
        if (!file.isAbsolute() || !Files.isRegularFile(file)) {
            throw ProblemException.badRequest(file.isAbsolute() ? "There is no file " + file + " on the lab's machine."
                : "\"file\" is an absolute path on the lab's machine, not \"" + file + "\".");
        }
        if (!Files.isReadable(file)) {
            throw ProblemException.badRequest("The lab may not read " + file + "; send it as the body.");
        }
        return () -> Files.newInputStream(file);
    }
}
