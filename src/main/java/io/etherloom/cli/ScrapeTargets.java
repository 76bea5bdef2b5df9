package io.etherloom.cli;

import io.etherloom.lab.LabRecord;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The file by which Prometheus knows the labs that run, each with the label `lab` (file-based service discovery). Used by one thread.
final class ScrapeTargets {
    private final Path file;
    private Map<String, String> addresses = Map.of();
    private boolean isWritten;

    ScrapeTargets(Path file) {
        this.file = file;
    }

    /// Writes the file when it is not of these labs; those that serve no metrics are left out.
    ///
    /// @return whether labs came or went
    boolean follow(List<LabRecord> labs) throws IOException {
        var now = new TreeMap<String, String>();
        for (var lab : labs) {
            if (!lab.metrics().isEmpty()) {
                now.put(lab.name(), URI.create(lab.metrics()).getAuthority());
            }
        }
        if (isWritten && now.equals(addresses)) {
            return false;
        }
        addresses = now;
        isWritten = true;
        var groups = now.entrySet().stream()
            .map(lab -> Map.of("targets", List.of(lab.getValue()), "labels", Map.of("lab", lab.getKey()))).toList();
        // Whole or not at all: Prometheus may read at any moment.
        var next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, Json.text(groups));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    String sentence() {
        return addresses.isEmpty() ? "none runs yet; those that start are watched" : String.join(", ", addresses.keySet());
    }
}
