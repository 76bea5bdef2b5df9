package io.etherloom.capture;

import java.math.BigInteger;

/// How an interface counts time: `if_tsresol` and `if_tsoffset`.
///
/// @param resolution a unit is 10^-resolution s, or 2^-(low seven bits) s when the highest bit is set
/// @param offsetSeconds added to each time stamp
record TimeUnits(byte resolution, long offsetSeconds) {
    /// The resolution when a file names none.
    static final byte MICROSECONDS = 6;

    private static final byte NANOSECONDS = 9;
    private static final BigInteger NANOS_PER_SECOND = BigInteger.valueOf(1_000_000_000L);

    /// Parts of a nanosecond are cut off.
    ///
    /// @param units an unsigned count
    /// @throws ArithmeticException when the time does not fit into a `long`
    long epochNanos(long units) {
        if (resolution == NANOSECONDS && units >= 0 && offsetSeconds == 0) {
            return units;
        }
        var nanos = new BigInteger(Long.toUnsignedString(units)).multiply(NANOS_PER_SECOND);
        nanos = resolution < 0 ? nanos.shiftRight(resolution & 0x7F) : nanos.divide(BigInteger.TEN.pow(resolution));
        return nanos.add(BigInteger.valueOf(offsetSeconds).multiply(NANOS_PER_SECOND)).longValueExact();
    }
}
