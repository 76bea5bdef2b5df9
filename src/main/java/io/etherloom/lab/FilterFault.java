package io.etherloom.lab;

import io.etherloom.linux.Libpcap;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Shows where a filter is wrong. libpcap says what, seldom where: a word that its message names is looked for in the expression; of a syntax
/// error the first word is the culprit up to which the expression can no longer be continued in any of the ways that are tried.
///
/// ```
/// can't parse filter expression: syntax error
///   vlan 10 andd icmp
///           ^
/// ```
final class FilterFault {
    /// A name server was probably asked; to ask it for every word would take too long.
    private static final long SLOW_NANOS = 200_000_000L;
    private static final int LONGEST = 400;
    /// A word of the language of pcap-filter(7): a name or number, an operator of two characters, or any other character.
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.:\\\\$-]+|&&|\\|\\||[<>=!]=|<<|>>|\\S");
    private static final Pattern QUOTED = Pattern.compile("['\"]([^'\"]+)['\"]");
    /// What may stand behind the beginning of a right expression.
    private static final List<String> CONTINUATIONS = List.of("", " 1", " 10.0.0.1", " ip", " host 10.0.0.1", " port 1", " 10.0.0.0/8",
            " 00:00:00:00:00:01", " = 1", "[0] = 1", " 0] = 1", "] = 1", " 1] = 1", ":1] = 1", " 1 = 1", " 1-2", " type mgt", " inbound", " 1)", " ip)", "", ") = 1");

    private FilterFault() {}

    /// The message with the expression below it and a caret where it is wrong, as far as that can be found.
    ///
    /// @param compileNanos how long libpcap took to refuse it
    static String describe(String expression, String message, long compileNanos) {
        boolean isShown = expression.length() <= LONGEST && !expression.contains("\n");
        int at = !isShown ? -1 : !isSyntaxError(message) ? named(expression, message) : compileNanos > SLOW_NANOS ? -1 : culprit(expression);
        var text = "the filter is refused by libpcap: " + message + "\n  " + expression;
        return at < 0 ? text : text + "\n  " + " ".repeat(at) + "^";
    }

    /// Where the word stands that the message quotes, or else the number that it names.
    private static int named(String expression, String message) {
        var quoted = QUOTED.matcher(message);
        if (quoted.find()) {
            return expression.indexOf(quoted.group(1));
        }
        var words = WORD.matcher(expression);
        while (words.find()) {
            var word = words.group();
            if (Character.isDigit(word.charAt(0)) && List.of(message.split(" ")).contains(word)) {
                return words.start();
            }
        }
        return -1;
    }

    private static boolean isSyntaxError(String message) {
        return message.contains("syntax error");
    }

    /// Where the first word begins with which nothing right can begin any more; the end when something is missing there.
    private static int culprit(String expression) {
        var words = WORD.matcher(expression);
        int open = 0;
        while (words.find()) {
            open += words.group().equals("(") ? 1 : words.group().equals(")") ? -1 : 0;
            if (!canContinue(expression.substring(0, words.end()), Math.max(0, open))) {
                return words.start();
            }
        }
        return expression.length();
    }

    private static boolean canContinue(String beginning, int open) {
        for (var continuation : continuations(open)) {
            try {
                Libpcap.compile(beginning + continuation);
                return true;
            } catch (Libpcap.SyntaxException fault) {
                if (!isSyntaxError(String.valueOf(fault.getMessage()))) {
                    return true;      // It was understood; what it says is impossible for another reason.
                }
            } catch (Libpcap.MissingException absent) {
                return true;
            }
        }
        return false;
    }

    private static List<String> continuations(int open) {
        var all = new ArrayList<String>();
        for (var continuation : CONTINUATIONS) {
            all.add(continuation + ")".repeat(open));
        }
        return all;
    }
}
