package io.etherloom.qemu;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides once for a boot of the machine whether guests run on KVM. That `/dev/kvm` opens says little: on some machines of clouds a guest then spins
/// for ever. So the guest that Etherloom ships is booted with it, and only when that ends well in time KVM is used; else QEMU translates (TCG).
/// The verdict is kept in a file of the user's.
public final class Accelerator {
    private static final Logger LOG = LoggerFactory.getLogger(Accelerator.class);
    private static final Duration LIMIT = Duration.ofSeconds(4);
    private static final Path KVM = Path.of("/dev/kvm");
    private static final String SIGN = "guest ready";

    private static String chosen = "";

    private Accelerator() {}

    /// `kvm` or `tcg`. The first call may take four seconds.
    ///
    /// @param program QEMU
    public static synchronized String choose(Path program) {
        if (chosen.isEmpty()) {
            chosen = verdict(program);
        }
        return chosen;
    }

    private static String verdict(Path program) {
        var guest = ShippedGuest.ofThisInstallation();
        if (!Files.isReadable(KVM) || !Files.isWritable(KVM) || !guest.isThere()) {
            return "tcg";
        }
        var file = file();
        try {
            var known = Files.exists(file) ? Files.readString(file).strip() : "";
            if (known.equals("kvm") || known.equals("tcg")) {
                return known;
            }
        } catch (IOException e) {
            // It is tried anew.
        }
        boolean works = boots(program, guest);
        var verdict = works ? "kvm" : "tcg";
        LOG.info("event=kvm-tried verdict={}", verdict);
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, verdict + "\n");
        } catch (IOException e) {
            LOG.info("event=kvm-verdict-not-kept file={} reason=\"{}\"", file, e.getMessage());
        }
        return verdict;
    }

    private static Path file() {
        var cache = System.getenv("XDG_CACHE_HOME");
        var folder = cache == null || cache.isEmpty() ? Path.of(System.getProperty("user.home", "/tmp"), ".cache") : Path.of(cache);
        String boot;
        try {
            boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            boot = "unknown";
        }
        return folder.resolve("etherloom").resolve("kvm-" + boot);
    }

    private static boolean boots(Path program, ShippedGuest guest) {
        var isReady = new AtomicBoolean();
        try {
            var process = new ProcessBuilder(List.of(program.toString(), "-no-user-config", "-nodefaults", "-display", "none", "-machine", "q35,accel=kvm",
                "-cpu", "host", "-m", "128M", "-serial", "stdio", "-no-reboot", "-kernel", guest.kernel().toString(), "-initrd", guest.initrd().toString(),
                "-append", ShippedGuest.append(List.of()))).redirectErrorStream(true).start();
            // Not a virtual one: ADR 35.
            Thread.ofPlatform().daemon().name("kvm-trial").start(() -> {
                try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1))) {
                    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                        if (line.contains(SIGN)) {
                            isReady.set(true);
                            process.destroyForcibly();
                        }
                    }
                } catch (IOException e) {
                    // The time limit decides.
                }
            });
            process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            process.destroyForcibly();
            process.waitFor(1, TimeUnit.SECONDS);
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return isReady.get();
    }
}
