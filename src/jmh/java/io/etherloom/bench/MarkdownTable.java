package io.etherloom.bench;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A report in Markdown, to be pasted into a page: what several were measured in, what Etherloom alone was, and what is asked.
final class MarkdownTable {
    private final StringBuilder text = new StringBuilder();

    private MarkdownTable() {}

    static String of(Report report) {
        return new MarkdownTable().write(report);
    }

    private String write(Report report) {
        text.append(report.preamble().stream().map(MarkdownTable::escape).collect(Collectors.joining(".\n"))).append(".\n");
        var results = report.results();
        var compared = results.quantities().stream().filter(it -> subjects(results, it).size() > 1).toList();
        table(results, compared, results.subjects().stream()
            .filter(subject -> compared.stream().anyMatch(it -> results.find(it, subject).isPresent())).toList());
        for (var subject : results.subjects()) {
            table(results, results.quantities().stream().filter(it -> subjects(results, it).equals(List.of(subject))).toList(),
                List.of(subject));
        }
        verdicts(report);
        if (!results.notes().isEmpty()) {
            text.append('\n');
            results.notes().forEach(it -> text.append("- ").append(escape(it)).append('\n'));
        }
        return text.toString();
    }

    private static List<Subject> subjects(Results results, Quantity quantity) {
        return results.subjects().stream().filter(it -> results.find(quantity, it).isPresent()).toList();
    }

    private void table(Results results, List<Quantity> quantities, List<Subject> subjects) {
        if (quantities.isEmpty()) {
            return;
        }
        head(Stream.concat(Stream.of("", "unit"), subjects.stream().map(Subject::title)).toList());
        for (var quantity : quantities) {
            row(Stream.concat(Stream.of(quantity.name(), quantity.unit().title()),
                subjects.stream().map(it -> results.find(quantity, it).map(Series::show).orElse(""))).toList());
        }
    }

    private void verdicts(Report report) {
        var verdicts = report.verdicts().stream().filter(it -> it.measured() != null).toList();
        if (verdicts.isEmpty()) {
            return;
        }
        head(List.of("ratio or figure", "measured", "wanted", ""));
        verdicts.forEach(it -> row(List.of(it.target().title(), it.shown(), it.target().wanted(), it.outcome().title())));
    }

    private void head(List<String> cells) {
        text.append('\n');
        row(cells);
        text.append("|---".repeat(cells.size())).append("|\n");
    }

    private void row(List<String> cells) {
        text.append(cells.stream().map(it -> "| " + escape(it) + " ").collect(Collectors.joining())).append("|\n");
    }

    private static String escape(String words) {
        return words.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace('\n', ' ');
    }
}
