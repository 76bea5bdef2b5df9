package io.etherloom.lab;

import io.etherloom.linux.LinuxException;
import io.etherloom.linux.Mounts;
import io.etherloom.linux.Netns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The network namespaces of one lab, by the names of the VMs, machines, routers and hosts that live in them: web1 of the lab quickstart is
/// in `el-quickstart-web1`. Each is on the lab's record before it exists. Inside each, the names of the lab resolve: programs that
/// `ip netns exec` starts there see the lab's hosts file as `/etc/hosts`.
///
/// Any thread; one change after the other. A namespace goes only when all TAPs that were opened inside are closed, so close those first.
public final class LabNamespaces implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LabNamespaces.class);

    /// What a process inside may take to end when asked, before it is killed.
    private static final long PATIENCE_MILLIS = 1_000;

    private final LabClaim claim;
    private final LabRegistry registry;
    private boolean isHostsBound;

    /// @param registry the one that gave the claim
    public LabNamespaces(LabRegistry registry, LabClaim claim) {
        this.registry = registry;
        this.claim = claim;
    }

    /// The namespaces of the machine, to enter those of this lab.
    public Netns netns() {
        return registry.netns();
    }

    /// Name of a VM's namespace, whether it exists or not.
    public String name(String vm) {
        return claim.record().namespace(vm);
    }

    /// Makes the namespaces, 0.3 to 0.5 ms each; all or none.
    ///
    /// @throws LabException CONFLICT if a name is taken, ENVIRONMENT if the kernel refuses
    public synchronized void create(Collection<String> vms) {
        var names = vms.stream().map(this::name).toList();
        claim.addNamespaces(names, netns());
        try {
            netns().create(names);
        } catch (LinuxException | UncheckedIOException e) {
            claim.removeNamespaces(names);
            throw new LabException(LabException.Kind.ENVIRONMENT, "cannot make the network namespaces of the VMs: " + e.getMessage(), e);
        }
        if (!claim.record().rootless()) linkHosts(names);
    }

    /// Gives the namespace of a process of somebody else's a VM's name, as if it were made here; it goes with the name by [#delete].
    ///
    /// @param namespace such as `/proc/7/ns/net`
    /// @throws LabException CONFLICT if the name is taken, ENVIRONMENT if the kernel refuses
    synchronized void adopt(String vm, Path namespace) {
        var names = List.of(name(vm));
        claim.addNamespaces(names, netns());
        try {
            netns().adopt(names.getFirst(), namespace);
        } catch (LinuxException | UncheckedIOException e) {
            claim.removeNamespaces(names);
            throw new LabException(LabException.Kind.ENVIRONMENT, "cannot name the network namespace of " + vm + ": " + e.getMessage(), e);
        }
    }

    /// The file that VMs see as `/etc/hosts`; it is there from the first call on.
    synchronized Path hosts() {
        var hosts = claim.record().hosts();
        try {
            if (!Files.exists(hosts)) HostsFile.write(hosts, Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + hosts, e);
        }
        return hosts;
    }

    private void linkHosts(List<String> names) {
        // Locked, so that no lab that ends takes the folder away while it fills.
        try (var _ = registry.lock()) {
            var hosts = claim.record().hosts();
            if (!Files.exists(hosts)) HostsFile.write(hosts, Map.of());
            for (var name : names) registry.hostsFolder().link(name, hosts);
        } catch (IOException e) {
            LOG.warn("event=hosts-failed effect=\"names do not resolve inside VMs\" reason=\"{}\"", e.toString());
        }
    }

    /// Writes the names that resolve inside the VMs, in place of those of the last call; programs that run already see them too.
    ///
    /// @param addresses of each name, in textual form without prefix length; the first is the one that a program tries first
    public synchronized void writeHosts(Map<String, List<String>> addresses) {
        var hosts = claim.record().hosts();
        try {
            HostsFile.write(hosts, addresses);
            if (claim.record().rootless() && !isHostsBound) {
                Mounts.bind(hosts, Path.of("/etc/hosts"));
                isHostsBound = true;
            }
        } catch (IOException | LinuxException e) {
            LOG.warn("event=hosts-failed effect=\"names do not resolve inside VMs\" reason=\"{}\"", e.toString());
        }
    }

    /// Ends all processes inside (asked first, killed after a second) and leaves the namespaces in place.
    public void evacuate(Collection<String> vms) {
        endInhabitants(vms.stream().map(this::name).filter(netns()::exists).toList(), false);
    }

    /// The same for those processes alone that were started by this lab.
    void evacuateMarked(Collection<String> vms) {
        endInhabitants(vms.stream().map(this::name).filter(netns()::exists).toList(), true);
    }

    /// Ends all processes inside and removes the namespaces; those that are gone already are no fault.
    public synchronized void delete(Collection<String> vms) {
        deleteNamed(vms.stream().map(this::name).filter(claim.record().namespaces()::contains).toList());
    }

    private void deleteNamed(List<String> names) {
        if (names.isEmpty()) return;
        endInhabitants(names.stream().filter(netns()::exists).toList(), false);
        try {
            for (var name : names) {
                netns().delete(name);
                if (!claim.record().rootless()) registry.hostsFolder().unlink(name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove what belongs to the namespaces of the lab", e);
        }
        claim.removeNamespaces(names);
    }

    private void endInhabitants(List<String> names, boolean isMarkedOnly) {
        var inodes = new ArrayList<Long>();
        for (var name : names) inodes.add(netns().inode(name));
        if (inodes.isEmpty()) return;
        try {
            var all = Inhabitants.ofNetworks(inodes);
            (isMarkedOnly ? all.marked(claim.record().mark()) : all).end(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException(LabException.Kind.ENVIRONMENT, "interrupted while the processes of the lab end", e);
        }
    }

    /// Removes all of them, and the traces in `/etc`. The claim stays, and is closed after this.
    @Override
    public synchronized void close() {
        deleteNamed(claim.record().namespaces());
        try (var _ = registry.lock()) {
            registry.hostsFolder().tidy();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tidy /etc/netns", e);
        }
    }
}
