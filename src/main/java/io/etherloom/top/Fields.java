package io.etherloom.top;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Which fields of a pane are shown, in what order, and by which the rows are sorted. Fields are meant by their number in the pane's own
/// order, so that a change of the unit changes nothing here. One thread.
final class Fields {
    private static final int NONE = -1;

    private final List<Integer> order = new ArrayList<>();
    private final BitSet shown = new BitSet();
    private int sortedBy = NONE;

    Fields(List<? extends Column<?>> columns) {
        for (int field = 0; field < columns.size(); field++) {
            order.add(field);
            shown.set(field, columns.get(field).isShown());
        }
    }

    /// All fields in the order in which they stand.
    List<Integer> order() {
        return order;
    }

    /// Those of them that are shown.
    List<Integer> visible() {
        return order.stream().filter(shown::get).toList();
    }

    boolean isShown(int field) {
        return shown.get(field);
    }

    /// The field at this place in the order is shown from now on, or no more. The last that is shown stays.
    void toggle(int place) {
        int field = order.get(place);
        shown.flip(field);
        if (shown.isEmpty()) {
            shown.set(field);
        }
    }

    /// Moves the field at this place one to the left or to the right.
    void move(int place, boolean isLeft) {
        int other = isLeft ? place - 1 : place + 1;
        if (other >= 0 && other < order.size()) {
            order.add(other, order.remove(place));
        }
    }

    /// Whether rows are sorted by this field.
    boolean isSortedBy(int field) {
        return sortedBy == field;
    }

    /// The field by which rows are sorted, or -1 for the order in which they came.
    int sortedBy() {
        return sortedBy;
    }

    void sortBy(int field) {
        sortedBy = field;
    }

    void sortByNone() {
        sortedBy = NONE;
    }

    /// Sorts by the next visible field to the right or to the left.
    void sortByNext(boolean isLeft) {
        var visible = visible();
        int at = visible.indexOf(sortedBy);
        int next = at < 0 ? isLeft ? visible.size() - 1 : 0 : Math.clamp(at + (isLeft ? -1 : 1), 0, visible.size() - 1);
        sortedBy = visible.get(next);
    }
}
