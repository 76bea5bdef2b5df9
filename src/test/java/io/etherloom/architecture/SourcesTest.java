package io.etherloom.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What can only be seen in the source: package comments and type comments.
final class SourcesTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern PUBLIC_TYPE =
            Pattern.compile("^public (?:(?:abstract|final|sealed|non-sealed|strictfp) )*(?:class|interface|enum|record|@interface) (\\w+)");

    private static List<Path> sources() throws IOException {
        try (var files = Files.walk(SOURCES)) {
            return files.filter(it -> it.toString().endsWith(".java")).sorted().toList();
        }
    }

    @Test
    void everyPackageIsDescribedAndNullMarked() throws IOException {
        var wrong = new ArrayList<String>();
        for (var directory : sources().stream().map(Path::getParent).distinct().toList()) {
            var info = directory.resolve("package-info.java");
            var text = Files.exists(info) ? Files.readString(info) : "";
            if (!text.startsWith("///") || !text.contains("\n@NullMarked\n")) {
                wrong.add(info.toString());
            }
        }
        assertThat(wrong).as("packages without description or @NullMarked").isEmpty();
    }

    @Test
    void everyPublicTypeIsDescribed() throws IOException {
        var wrong = new ArrayList<String>();
        for (var file : sources()) {
            var lines = Files.readAllLines(file);
            for (int at = 0; at < lines.size(); at++) {
                var type = PUBLIC_TYPE.matcher(lines.get(at));
                if (type.find() && !isDescribed(lines, at)) {
                    wrong.add(file + ":" + (at + 1) + " " + type.group(1));
                }
            }
        }
        assertThat(wrong).as("public types without a comment").isEmpty();
    }

    private static boolean isDescribed(List<String> lines, int at) {
        int above = at - 1;
        while (above >= 0 && (lines.get(above).startsWith("@") || lines.get(above).startsWith("    ")
                || lines.get(above).startsWith("})") || lines.get(above).startsWith(")"))) {
            above--;
        }
        return above >= 0 && lines.get(above).startsWith("///");
    }
}
