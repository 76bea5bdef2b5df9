package io.etherloom.cli;

import java.util.Collection;
import java.util.Comparator;

/// Finds the name that somebody who mistyped has probably meant.
final class Nearest {
    private Nearest() {}

    /// `; did you mean "web1"?`, or nothing when no name is near: at most a third of the letters are wrong.
    static String hint(String typed, Collection<String> names) {
        return names.stream().distinct().filter(name -> distance(typed, name) <= Math.max(1, Math.max(typed.length(), name.length()) / 3))
            .min(Comparator.comparingInt((String name) -> distance(typed, name)).thenComparing(Comparator.naturalOrder()))
            .map(name -> "; did you mean \"" + name + "\"?").orElse("");
    }

    /// How many letters must be changed, added, taken away or swapped with their neighbour; case does not count.
    static int distance(String one, String other) {
        var a = one.toLowerCase(java.util.Locale.ROOT);
        var b = other.toLowerCase(java.util.Locale.ROOT);
        var cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(a, b, cost, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(String a, String b, int[][] cost, int i, int j) {
        int changed = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(changed, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean isSwapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return isSwapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }
}
