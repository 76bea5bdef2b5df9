package io.etherloom.topology;

import java.util.Collection;
import java.util.Locale;

/// Finds the name that a misspelt one was probably meant to be. Stateless, any thread.
public final class Suggestion {
    private static final int LONGEST = 64;
    /// So many names a person reads in a message.
    private static final int MANY = 40;
    /// A lab of thousands of names with thousands of mistakes must still be answered at once.
    private static final int MOST_CANDIDATES = 2000;

    private Suggestion() {}

    /// The suggestion if there is one, and then the list of what is allowed: `; did you mean 'vlan'? Allowed: vlan, security`.
    public static String withAllowed(String word, Collection<String> candidates, Collection<String> allowed) {
        var suggestion = among(word, candidates);
        var list = allowed.isEmpty() ? "nothing" : String.join(", ", allowed.stream().limit(MANY).toList()) + (allowed.size() > MANY ? ", ..." : "");
        return suggestion.isEmpty() ? "; allowed: " + list : suggestion + " Allowed: " + list;
    }

    /// `; did you mean 'vlan'?`, or nothing when no candidate is near.
    public static String among(String word, Collection<String> candidates) {
        if (candidates.size() > MOST_CANDIDATES) {
            return "";
        }
        String best = "";
        int bestDistance = Math.max(1, word.length() / 3) + 1;
        for (var candidate : candidates) {
            int distance = candidate.equalsIgnoreCase(word) ? 0 : distance(word, candidate);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = candidate;
            }
        }
        return best.isEmpty() ? "" : "; did you mean '" + best + "'?";
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other, upper and lower case alike.
    static int distance(String a, String b) {
        if (a.length() > LONGEST || b.length() > LONGEST) {
            return Integer.MAX_VALUE;
        }
        var x = a.toLowerCase(Locale.ROOT);
        var y = b.toLowerCase(Locale.ROOT);
        var cost = new int[x.length() + 1][y.length() + 1];
        for (int i = 0; i <= x.length(); i++) {
            for (int j = 0; j <= y.length(); j++) {
                cost[i][j] = i == 0 ? j : j == 0 ? i : step(cost, x, y, i, j);
            }
        }
        return cost[x.length()][y.length()];
    }

    private static int step(int[][] cost, String x, String y, int i, int j) {
        int replace = cost[i - 1][j - 1] + (x.charAt(i - 1) == y.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replace, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && x.charAt(i - 1) == y.charAt(j - 2) && x.charAt(i - 2) == y.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
