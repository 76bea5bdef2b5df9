package io.etherloom.cli;

import io.etherloom.linux.Libpcap;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// What Wireshark, tshark and dumpcap call, by the script that `extcap install` puts where they look: the protocol is that of extcap(4). The
/// options that are given say what is asked; without any there is nothing to do.
@Command(name = "extcap", description = "Let Wireshark list labs, VMs, port groups, uplinks, links and drops as interfaces.", footer = {
    "  etherloom extcap install               then start Wireshark, or: tshark -D",
    "  tshark -i quickstart:vm:web1 -c 5",
    "  tshark -i quickstart:drops             what is dropped, and why",
    "  etherloom extcap uninstall",
    "", "Needs tshark or Wireshark; and a running lab, to list anything. The other options are those by which Wireshark calls it: extcap(4).",
    "See docs/wireshark.md."})
final class ExtcapCommand extends Verb {
    private static final long PATIENCE_MILLIS = 2_000;

    @Option(names = "--extcap-interfaces", description = "List what can be captured.")
    boolean listsInterfaces;

    @Option(names = "--extcap-version", arity = "0..1", fallbackValue = "", paramLabel = "VERSION", description = "Of the Wireshark that asks.")
    @Nullable String wiresharkVersion;

    @Option(names = "--extcap-interface", paramLabel = "NAME", description = "One of the list.")
    @Nullable String name;

    @Option(names = "--extcap-dlts", description = "Tell the link type.")
    boolean asksDlts;

    @Option(names = "--extcap-config", description = "Tell the options of a capture.")
    boolean asksConfig;

    @Option(names = "--extcap-capture-filter", paramLabel = "FILTER", description = "A capture filter; without --capture it is only checked.")
    String filter = "";

    @Option(names = "--capture", description = "Capture.")
    boolean captures;

    @Option(names = "--fifo", paramLabel = "FILE", description = "Where the capture goes.")
    @Nullable Path fifo;

    @Option(names = "--extcap-control-in", paramLabel = "FILE", description = "What the toolbar says.")
    @Nullable Path controlIn;

    @Option(names = "--extcap-control-out", paramLabel = "FILE", description = "What the toolbar is told.")
    @Nullable Path controlOut;

    @Option(names = "--snaplen", paramLabel = "OCTETS", description = "Keep only so many octets of each frame.")
    @Nullable Integer snapLength;

    @Option(names = "--drop-only", arity = "0..1", fallbackValue = "true", paramLabel = "BOOLEAN", description = "Only frames that are dropped.")
    boolean isDropOnly;

    ExtcapCommand(World world) {
        super(world);
    }

    /// The verbs of people below it.
    static Map<String, Verb> verbs(World world) {
        var verbs = new LinkedHashMap<String, Verb>();
        verbs.put("install", new ExtcapInstallCommand.Install(world));
        verbs.put("uninstall", new ExtcapInstallCommand.Uninstall(world));
        return verbs;
    }

    @Override
    public Integer call() throws IOException {
        if (listsInterfaces) {
            world.out().print(ExtcapScript.sentences("interfaces"));
            ExtcapInterfaces.all(world).forEach(it -> world.out().println(it.sentence()));
            return ExitCode.OK;
        }
        if (asksDlts || asksConfig) {
            world.out().print(ExtcapScript.sentences(asksDlts ? "dlts" : "config"));
            return ExitCode.OK;
        }
        if (captures) {
            return capture();
        }
        if (name != null) {
            verify();
            return ExitCode.OK;
        }
        if (wiresharkVersion != null) {
            return ExitCode.OK;
        }
        throw new Failure(ExitCode.BAD_INPUT, "what? etherloom extcap install, and then Wireshark calls it itself; or etherloom extcap --extcap-interfaces");
    }

    /// Nothing is said of a filter that is right; the first line of what is said is shown.
    private void verify() {
        try {
            Libpcap.compile(filter);
        } catch (Libpcap.SyntaxException fault) {
            world.out().println(fault.getMessage());
        } catch (Libpcap.MissingException _) {
            // The lab will say so.
        }
    }

    private int capture() throws IOException {
        if (name == null || fifo == null) {
            throw new Failure(ExitCode.BAD_INPUT, "--capture needs --extcap-interface and --fifo");
        }
        try {
            var wish = new ExtcapCapture.Wish(ExtcapInterfaces.named(world, name), filter, isDropOnly, snapLength == null ? 0 : snapLength);
            return new ExtcapCapture(world, wish, fifo).run(controlIn, controlOut);
        } catch (Failure refused) {
            // Said first: whoever reads the fifo looks at stderr once, when that ends.
            world.note(refused.sentence());
            closeAtOnce(fifo);
            return refused.exitCode();
        }
    }

    /// Whoever waits for the first octet would otherwise wait for ever, and never show what is said on stderr.
    private static void closeAtOnce(Path fifo) {
        var opening = Thread.ofPlatform().daemon().name("fifo").start(() -> {
            try {
                new FileOutputStream(fifo.toFile()).close();
            } catch (IOException _) {
                // Nobody waits.
            }
        });
        try {
            opening.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
