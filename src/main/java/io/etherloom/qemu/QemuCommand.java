package io.etherloom.qemu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The command line of a guest. Its machine is the same in every run and on every host, so that one process can take over from another: each adapter
/// has a PCI slot of its own, free slots are there for those that come later.
final class QemuCommand {
    static final String PROGRAM = "qemu-system-x86_64";
    /// As many as a VM may have vNICs (spec 1.26).
    private static final int SLOTS = 10;
    private static final int FIRST_SLOT_ADDRESS = 4;
    static final int SHELL_CHANNELS = 4;

    private QemuCommand() {}

    static String slot(int index) {
        return "slot" + index;
    }

    static Path monitor(Path folder) {
        return folder.resolve("qmp");
    }

    /// Of the monitor for commands that come with a descriptor.
    static Path descriptors(Path folder) {
        return folder.resolve("fds");
    }

    static Path console(Path folder) {
        return folder.resolve("con");
    }

    static Path shell(Path folder, int channel) {
        return folder.resolve("x" + channel);
    }

    static Path shellErrors(Path folder, int channel) {
        return folder.resolve("e" + channel);
    }

    /// @param folder for its sockets
    static List<String> of(MachineSpec spec, Path folder, QemuMachine.Start how) {
        var words = new ArrayList<>(List.of("-name", spec.name(), "-no-user-config", "-nodefaults", "-display", "none",
            "-machine", "q35,accel=" + how.accelerator(), "-cpu", how.accelerator().equals("kvm") ? "host" : "qemu64",
            "-m", spec.memoryMiB() + "M", "-smp", Integer.toString(spec.cpus()),
            "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
            "-qmp", "unix:" + monitor(folder) + ",server=on,wait=off",
            "-qmp", "unix:" + descriptors(folder) + ",server=on,wait=off",
            "-chardev", "socket,id=con,path=" + console(folder) + ",server=on,wait=off,logappend=on,logfile=" + escaped(how.consoleLog().toString()),
            "-serial", "chardev:con"));
        for (int i = 0; i < SLOTS; i++) {
            device(words, "pcie-root-port,id=" + slot(i) + ",chassis=" + (i + 1) + ",slot=" + (i + 1) + ",addr=" + (FIRST_SLOT_ADDRESS + i));
        }
        for (var nic : spec.nics()) {
            if (nic.needsDescriptor()) {
                continue;      // It is plugged in before the guest begins.
            }
            words.addAll(List.of("-netdev", flat(nic.netdev(folder), "")));
            device(words, flat(nic.device(), ""));
        }
        if (spec.hasShell()) {
            shell(words, folder);
        }
        boot(words, spec);
        if (how.isIncoming()) {
            words.addAll(List.of("-incoming", "defer"));
        }
        if (how.isIncoming() || spec.nics().stream().anyMatch(NicSpec::needsDescriptor)) {
            words.add("-S");      // It goes on when its ports are there, or begins when its adapters are, and not before.
        }
        return words;
    }

    private static void device(List<String> words, String device) {
        words.addAll(List.of("-device", device));
    }

    private static void shell(List<String> words, Path folder) {
        device(words, "virtio-serial-pci,id=shell,addr=3");
        for (int i = 0; i < SHELL_CHANNELS; i++) {
            channel(words, "x" + i, shell(folder, i), 2 * i + 1);
            channel(words, "e" + i, shellErrors(folder, i), 2 * i + 2);
        }
    }

    private static void channel(List<String> words, String name, Path socket, int number) {
        words.addAll(List.of("-chardev", "socket,id=" + name + ",path=" + socket + ",server=on,wait=off"));
        device(words, "virtserialport,bus=shell.0,nr=" + number + ",chardev=" + name + ",name=" + name);
    }

    private static void boot(List<String> words, MachineSpec spec) {
        var kernel = spec.kernel();
        if (kernel != null) {
            words.addAll(List.of("-kernel", kernel.toString(), "-append", spec.append()));
            if (spec.initrd() != null) {
                words.addAll(List.of("-initrd", spec.initrd().toString()));
            }
        }
        var image = spec.image();
        if (image != null) {
            words.addAll(List.of("-drive", "id=disk,if=none,file=" + escaped(image.toString()) + ",format=" + format(image)
                + (spec.readOnly() ? ",readonly=on" : "") + (spec.snapshot() ? ",snapshot=on" : "")));
            device(words, "virtio-blk-pci,drive=disk,addr=2");
        }
    }

    /// By the name: that of a raw disk must not be guessed from what a guest may have written into it.
    private static String format(Path image) {
        return image.toString().endsWith(".qcow2") ? "qcow2" : "raw";
    }

    private static String escaped(String text) {
        return text.replace(",", ",,");
    }

    /// `server=on,addr.type=unix`, as the command line has what QMP takes as objects.
    private static String flat(Map<?, ?> object, String prefix) {
        var parts = new ArrayList<String>();
        object.forEach((key, value) -> {
            if (value instanceof Map<?, ?> inner) {
                parts.add(flat(inner, prefix + key + "."));
            } else if (key.equals("type") && prefix.isEmpty() || key.equals("driver")) {
                parts.addFirst(String.valueOf(value));
            } else {
                parts.add(prefix + key + "=" + (value instanceof Boolean isOn ? isOn ? "on" : "off" : escaped(String.valueOf(value))));
            }
        });
        return String.join(",", parts);
    }
}
