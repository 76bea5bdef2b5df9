package io.etherloom.topology;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;

/// The VLANs that a trunk carries, as ranges in ascending order that neither touch nor overlap, so that equal sets are equal records.
///
/// @param ranges canonical ranges within 1-4094; use [#of] to build them
public record VlanSet(List<Range> ranges) {
    /// Every VLAN, 1-4094.
    public static final VlanSet ALL = new VlanSet(List.of(new Range(1, 4094)));

    /// Some consecutive VLANs.
    ///
    /// @param first lowest VLAN, 1-4094
    /// @param last  highest VLAN, not below `first`
    public record Range(int first, int last) {
        /// Checks the bounds.
        public Range {
            if (first < 1 || last > 4094 || first > last) {
                throw new IllegalArgumentException("VLANs " + first + "-" + last);
            }
        }

        @Override
        public String toString() {
            return first == last ? Integer.toString(first) : first + "-" + last;
        }
    }

    /// Copies and checks the order.
    public VlanSet {
        ranges = List.copyOf(ranges);
        for (int i = 1; i < ranges.size(); i++) {
            if (ranges.get(i).first() <= ranges.get(i - 1).last() + 1) {
                throw new IllegalArgumentException("ranges must ascend with gaps: " + ranges);
            }
        }
    }

    /// The set with these members, each 1-4094.
    public static VlanSet of(BitSet members) {
        var ranges = new ArrayList<Range>();
        for (int first = members.nextSetBit(0); first >= 0;) {
            int end = members.nextClearBit(first);
            ranges.add(new Range(first, end - 1));
            first = members.nextSetBit(end);
        }
        return new VlanSet(ranges);
    }

    /// Whether the VLAN is a member.
    public boolean contains(int vlan) {
        return ranges.stream().anyMatch(range -> range.first() <= vlan && vlan <= range.last());
    }

    /// Ranges as a file would write them: `10-20, 30`, or `all`.
    @Override
    public String toString() {
        return equals(ALL) ? "all" : ranges.stream().map(Range::toString).collect(Collectors.joining(", "));
    }
}
