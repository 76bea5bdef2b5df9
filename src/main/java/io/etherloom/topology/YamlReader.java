package io.etherloom.topology;

import io.etherloom.topology.Yaml.Entry;
import io.etherloom.topology.Yaml.Mapping;
import io.etherloom.topology.Yaml.Scalar;
import io.etherloom.topology.Yaml.Sequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Turns YAML text into [Yaml] values.
///
/// It reads the parser's events rather than its node tree, because the tree is built by recursion without a limit: a file of
/// open brackets would end in a stack overflow. Limits: [#MAX_DEPTH] levels, and [#MAX_WEIGHT] values after all aliases
/// and merge keys are written out, counted without writing them out. A syntax error ends the reading; a duplicate key does not.
final class YamlReader {
    static final int MAX_DEPTH = 64;
    static final int MAX_WEIGHT = 500_000;
    private static final String MERGE = "<<";

    private final Problems problems;
    private final Iterator<Event> events;
    private final Map<Anchor, Yaml> anchors = new HashMap<>();
    private long merged;

    private YamlReader(String text, Problems problems) {
        this.problems = problems;
        // The size was checked before; the parser's own limit of 3 Mi characters would report without a place.
        var settings = LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
        this.events = new Parse(settings).parseString(text).iterator();
    }

    /// The one document of the text, or null after an error that leaves nothing to look at.
    static @Nullable Yaml read(String text, Problems problems) {
        try {
            return new YamlReader(text, problems).document();
        } catch (Refusal refusal) {
            problems.error(refusal.line, refusal.column, "", refusal.text);
        } catch (MarkedYamlEngineException e) {
            var mark = e.getProblemMark().or(e::getContextMark);
            problems.error(line(mark), column(mark), "", syntax(e));
        } catch (ReaderException e) {
            reportCharacter(text, e, problems);
        } catch (YamlEngineException e) {
            problems.error(1, 1, "", "is not YAML: " + e.getMessage());
        }
        return null;
    }

    private static String syntax(MarkedYamlEngineException e) {
        var context = e.getContext() == null ? "" : " (" + e.getContext() + ")";
        return "is not YAML: " + e.getProblem() + context + "; correct this first, other problems can only be found after it";
    }

    private static void reportCharacter(String text, ReaderException e, Problems problems) {
        // The parser counts in code points, and gives an offset without a line.
        int end = 0;
        int line = 1;
        int column = 1;
        for (int i = 0; i < e.getPosition() && end < text.length(); i++) {
            int c = text.codePointAt(end);
            end += Character.charCount(c);
            column = c == '\n' ? 1 : column + 1;
            line += c == '\n' ? 1 : 0;
        }
        problems.error(line, column, "", "holds the character U+%04X, which YAML does not allow; remove it".formatted(e.getCodePoint()));
    }

    private @Nullable Yaml document() {
        Yaml root = null;
        while (events.hasNext()) {
            var event = events.next();
            if (event instanceof NodeEvent) {
                if (root != null) {
                    throw new Refusal(event, "is a second YAML document; a topology is one document, so remove the '---' before it");
                }
                root = value(event, 0, "");
            }
        }
        return root;
    }

    private Yaml value(Event event, int depth, String path) {
        if (depth > MAX_DEPTH) {
            throw new Refusal(event, "is nested deeper than " + MAX_DEPTH + " levels");
        }
        if (event instanceof AliasEvent alias) {
            return aliased(alias);
        }
        var node = (NodeEvent) event;
        Yaml value = switch (node) {
            case ScalarEvent scalar -> scalar(scalar);
            case MappingStartEvent _ -> mapping(event, depth, path);
            default -> sequence(event, depth, path);
        };
        if (node instanceof CollectionStartEvent start && start.getTag().isPresent()) {
            refuseTag(event, start.getTag().get(), "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq");
        }
        if (value.weight() > MAX_WEIGHT) {
            throw tooMuch(event);
        }
        node.getAnchor().ifPresent(anchor -> anchors.put(anchor, value));
        return value;
    }

    private Yaml aliased(AliasEvent alias) {
        var value = anchors.get(alias.getAlias());
        if (value == null) {
            throw new Refusal(alias, "*" + alias.getAlias() + " stands for nothing: no anchor '&" + alias.getAlias()
                + "' is complete before this place");
        }
        return value;
    }

    private static Scalar scalar(ScalarEvent event) {
        event.getTag().ifPresent(tag -> refuseTag(event, tag, "tag:yaml.org,2002:str", "!"));
        boolean plain = event.isPlain() && event.getTag().isEmpty();
        return new Scalar(event.getValue(), plain, line(event.getStartMark()), column(event.getStartMark()));
    }

    private static void refuseTag(Event event, String tag, String... allowed) {
        if (!List.of(allowed).contains(tag)) {
            throw new Refusal(event, "has the YAML tag " + tag + "; a topology has no use for tags, so remove it");
        }
    }

    private Sequence sequence(Event start, int depth, String path) {
        var items = new ArrayList<Yaml>();
        long weight = 1;
        for (var event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            var item = value(event, depth + 1, path + "[" + items.size() + "]");
            weight += item.weight();
            items.add(item);
        }
        return new Sequence(Collections.unmodifiableList(items), line(start.getStartMark()), column(start.getStartMark()), weight);
    }

    private Mapping mapping(Event start, int depth, String path) {
        var entries = new LinkedHashMap<String, Entry>();
        var merges = new ArrayList<Entry>();
        long weight = 1;
        for (var event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            if (!(value(event, depth + 1, path) instanceof Scalar key)) {
                throw new Refusal(event, "a list or mapping cannot be a key");
            }
            var below = path.isEmpty() ? key.text() : path + "." + key.text();
            var entry = new Entry(key, value(events.next(), depth + 1, below));
            if (key.plain() && key.text().equals(MERGE)) {
                merges.add(entry);
            } else {
                var earlier = entries.putIfAbsent(key.text(), entry);
                weight += 1 + entry.value().weight();
                if (earlier != null) {
                    problems.error(key.line(), key.column(), below, "the key '" + key.text() + "' stands here twice, first in line "
                        + earlier.key().line() + "; remove one");
                }
            }
        }
        for (var merge : merges) {
            weight += merge(merge.value(), entries, start);
        }
        return new Mapping(Collections.unmodifiableSequencedMap(entries), line(start.getStartMark()), column(start.getStartMark()), weight);
    }

    /// Adds what a merge key brings and the mapping does not have yet. Of several mappings the earlier one wins.
    private long merge(Yaml source, SequencedMap<String, Entry> into, Event at) {
        return switch (source) {
            case Mapping mapping -> {
                long weight = 0;
                for (var entry : mapping.entries().values()) {
                    if (++merged > MAX_WEIGHT) {
                        throw tooMuch(at);
                    }
                    if (into.putIfAbsent(entry.key().text(), entry) == null) {
                        weight += 1 + entry.value().weight();
                    }
                }
                yield weight;
            }
            case Sequence list -> {
                long weight = 0;
                for (var item : list.items()) {
                    if (item instanceof Mapping) {
                        weight += merge(item, into, at);
                    } else {
                        problems.error(item.line(), item.column(), "", "a merge key takes mappings only");
                    }
                }
                yield weight;
            }
            case Scalar scalar -> {
                problems.error(scalar.line(), scalar.column(), "", "a merge key takes a mapping or a list of mappings, for example '<<: *base'");
                yield 0;
            }
        };
    }

    private static Refusal tooMuch(Event at) {
        return new Refusal(at, "stands for more than " + MAX_WEIGHT + " values once its aliases are written out; no lab is that large");
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(m -> m.getLine() + 1).orElse(1);
    }

    private static int column(Optional<Mark> mark) {
        return mark.map(m -> m.getColumn() + 1).orElse(1);
    }

    /// Ends the reading: what follows could not be understood.
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int line;
        private final int column;
        private final String text;

        Refusal(Event at, String text) {
            super(text, null, false, false);
            this.line = YamlReader.line(at.getStartMark());
            this.column = YamlReader.column(at.getStartMark());
            this.text = text;
        }
    }
}
