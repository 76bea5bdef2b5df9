package io.etherloom.topology;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Binds `vmotion`, once hosts and VMs are known.
final class VMotionBinder {
    private static final Duration MAX_TIMEOUT = Duration.ofHours(1);

    private VMotionBinder() {}

    static VMotionSettings bind(@Nullable Section body, Map<String, Host> hosts, Map<String, Vm> vms) {
        if (body == null) {
            return VMotionSettings.DEFAULT;
        }
        var hooks = new ArrayList<Hook>();
        for (var item : body.list("hooks")) {
            var hook = hook(item.section(Keys.HOOK), hosts.keySet(), vms.keySet());
            if (hook != null) {
                hooks.add(hook);
            }
        }
        return new VMotionSettings(body.flag("testVirtualIntranet", true), hooks);
    }

    private static @Nullable Hook hook(Section body, Set<String> hosts, Set<String> vms) {
        var timeoutItem = body.get("timeout");
        var timeout = timeoutItem == null ? null : Units.duration(timeoutItem, "s", Duration.ofMillis(1), MAX_TIMEOUT);
        var scope = new Hook.Scope(known(body.get("host"), "host", hosts), known(body.get("vm"), "vm", vms), timeout == null ? Hook.DEFAULT_TIMEOUT : timeout);
        var run = body.get("run");
        var url = body.get("url");
        if ((run == null) == (url == null)) {
            body.item().error("a hook is either a command, run: ./hook.sh, or an address, url: http://127.0.0.1:9000/hook");
            return null;
        }
        if (run != null) {
            var command = run.text();
            return command == null ? null : new Hook.Program(command, scope);
        }
        return url == null ? null : http(url, scope);
    }

    private static @Nullable Hook http(Item item, Hook.Scope scope) {
        var text = item.text();
        try {
            var uri = text == null ? null : new URI(text);
            if (uri != null && uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return new Hook.Http(uri, scope);
            }
        } catch (URISyntaxException _) {
            // Said below.
        }
        if (text != null) {
            item.error("'" + text + "' is no address; write http:// or https://, a host, and a path: http://127.0.0.1:9000/hook");
        }
        return null;
    }

    private static @Nullable String known(@Nullable Item item, String what, Set<String> names) {
        var name = item == null ? null : item.text();
        if (item != null && name != null && !names.contains(name)) {
            item.error("there is no " + what + " '" + name + "'" + Suggestion.withAllowed(name, names, names));
        }
        return name;
    }
}
