package io.etherloom.wire;

/// A VLAN ID and an address as one number, by which forwarding tables are filed.
public final class AddressKey {
    private AddressKey() {}

    /// VLAN ID in the upper 16 bits, address in the lower 48.
    public static long of(int vid, long mac) {
        return (long) vid << 48 | mac;
    }

    /// Spreads a key over all 64 bits, of which a table takes the upper ones as the place.
    ///
    /// Two multiplications, as SplitMix64 has them (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). One alone leaves
    /// addresses that were given out at a fixed distance, in several VLANs, in one run of the table: 64 cells a look-up in the worst case that we
    /// found, and guests choose their addresses. With two the worst was 3.2.
    public static long spread(long key) {
        long half = key * 0xBF58_476D_1CE4_E5B9L;
        return (half ^ half >>> 29) * 0x94D0_49BB_1331_11EBL;
    }
}
