package io.etherloom.capture;

/// A program of the classic Berkeley packet filter, as libpcap compiles an expression into it ("The BSD Packet Filter", McCanne and
/// Jacobson, 1993; `<pcap/bpf.h>`). Checked when it is made: every jump goes forward and stays inside, so it ends; a load outside the frame
/// rejects the frame. Immutable, any thread; what changes is in the [FilterInput].
///
/// Run in Java, because the frame need not be made contiguous for it: the tag is metadata and the rest may lie in a tail.
public final class BpfProgram {
    private static final int MEMORY = 16;

    // Classes, sizes, modes and operations of an instruction (<pcap/bpf.h>).
    private static final int LD_W_ABS = 0x20;
    private static final int LD_H_ABS = 0x28;
    private static final int LD_B_ABS = 0x30;
    private static final int LD_W_IND = 0x40;
    private static final int LD_H_IND = 0x48;
    private static final int LD_B_IND = 0x50;
    private static final int LD_IMM = 0x00;
    private static final int LD_MEM = 0x60;
    private static final int LD_LEN = 0x80;
    private static final int LDX_IMM = 0x01;
    private static final int LDX_MEM = 0x61;
    private static final int LDX_LEN = 0x81;
    private static final int LDX_MSH = 0xB1;
    private static final int ST = 0x02;
    private static final int STX = 0x03;
    private static final int ALU = 0x04;
    private static final int ALU_X = 0x0C;
    private static final int JA = 0x05;
    private static final int JEQ = 0x15;
    private static final int JGT = 0x25;
    private static final int JGE = 0x35;
    private static final int JSET = 0x45;
    private static final int JEQ_X = 0x1D;
    private static final int JGT_X = 0x2D;
    private static final int JGE_X = 0x3D;
    private static final int JSET_X = 0x4D;
    private static final int RET_K = 0x06;
    private static final int RET_A = 0x16;
    private static final int TAX = 0x07;
    private static final int TXA = 0x87;

    private final short[] codes;
    private final int[] operands;
    private final int[] whenTrue;
    private final int[] whenFalse;
    private final boolean usesMemory;

    private BpfProgram(int length, boolean usesMemory) {
        codes = new short[length];
        operands = new int[length];
        whenTrue = new int[length];
        whenFalse = new int[length];
        this.usesMemory = usesMemory;
    }

    /// Takes over compiled instructions.
    ///
    /// @param instructions each as `code << 48 | jt << 40 | jf << 32 | k`
    /// @throws IllegalArgumentException for what no compiler makes
    public static BpfProgram of(long[] instructions) {
        boolean usesMemory = false;
        for (long instruction : instructions) {
            int code = (int) (instruction >>> 48);
            usesMemory |= code == LD_MEM || code == LDX_MEM || code == ST || code == STX;
        }
        var program = new BpfProgram(instructions.length, usesMemory);
        for (int i = 0; i < instructions.length; i++) {
            program.set(i, instructions[i]);
        }
        int last = instructions.length == 0 ? 0 : program.codes[instructions.length - 1];
        if (last != RET_K && last != RET_A) {
            throw new IllegalArgumentException("a filter does not end with a return");
        }
        return program;
    }

    private void set(int at, long instruction) {
        int code = (int) (instruction >>> 48);
        int operand = (int) instruction;
        codes[at] = (short) code;
        operands[at] = operand;
        if ((code & 7) == 5) {
            whenTrue[at] = target(at, code == JA ? Integer.toUnsignedLong(operand) : instruction >>> 40 & 0xFF);
            whenFalse[at] = target(at, code == JA ? Integer.toUnsignedLong(operand) : instruction >>> 32 & 0xFF);
        }
        boolean isMemory = code == LD_MEM || code == LDX_MEM || code == ST || code == STX;
        if (isMemory && (operand < 0 || operand >= MEMORY)) {
            throw new IllegalArgumentException("a filter uses word " + Integer.toUnsignedLong(operand) + " of its memory of " + MEMORY);
        }
        if (!isKnown(code)) {
            throw new IllegalArgumentException("a filter has the unknown instruction 0x" + Integer.toHexString(code));
        }
    }

    private int target(int at, long distance) {
        long to = at + 1 + distance;
        if (to >= codes.length) {
            throw new IllegalArgumentException("a filter jumps behind its end");
        }
        return (int) to;
    }

    private static boolean isKnown(int code) {
        return switch (code) {
            case LD_W_ABS, LD_H_ABS, LD_B_ABS, LD_W_IND, LD_H_IND, LD_B_IND, LD_IMM, LD_MEM, LD_LEN, LDX_IMM, LDX_MEM, LDX_LEN, LDX_MSH, ST, STX,
                JA, JEQ, JGT, JGE, JSET, JEQ_X, JGT_X, JGE_X, JSET_X, RET_K, RET_A, TAX, TXA -> true;
            default -> ((code & ~0xF8) == ALU) && code >>> 4 <= 0xA;
        };
    }

    /// Whether the filter wants this frame. Allocates nothing.
    public boolean accepts(FilterInput frame) {
        int a = 0;
        int x = 0;
        int[] memory = usesMemory ? frame.memory() : FilterInput.NO_MEMORY;
        for (int at = 0; ; at++) {
            int k = operands[at];
            switch (codes[at] & 0xFFFF) {
                case LD_H_ABS -> {
                    long value = frame.u16(Integer.toUnsignedLong(k));
                    if (value < 0) {
                        return false;
                    }
                    a = (int) value;
                }
                case LD_B_ABS -> {
                    long value = frame.u8(Integer.toUnsignedLong(k));
                    if (value < 0) {
                        return false;
                    }
                    a = (int) value;
                }
                case LD_W_ABS -> {
                    long value = frame.u32(Integer.toUnsignedLong(k));
                    if (value < 0) {
                        return false;
                    }
                    a = (int) value;
                }
                case JEQ -> at = (a == k ? whenTrue : whenFalse)[at] - 1;
                case JSET -> at = ((a & k) != 0 ? whenTrue : whenFalse)[at] - 1;
                case JGT -> at = (Integer.compareUnsigned(a, k) > 0 ? whenTrue : whenFalse)[at] - 1;
                case JGE -> at = (Integer.compareUnsigned(a, k) >= 0 ? whenTrue : whenFalse)[at] - 1;
                case RET_K -> {
                    return k != 0;
                }
                case LDX_MSH -> {
                    long value = frame.u8(Integer.toUnsignedLong(k));
                    if (value < 0) {
                        return false;
                    }
                    x = ((int) value & 0xF) << 2;
                }
                case LD_H_IND -> {
                    long value = frame.u16(Integer.toUnsignedLong(x + k));
                    if (value < 0) {
                        return false;
                    }
                    a = (int) value;
                }
                case LD_B_IND -> {
                    long value = frame.u8(Integer.toUnsignedLong(x + k));
                    if (value < 0) {
                        return false;
                    }
                    a = (int) value;
                }
                case LD_W_IND -> {
                    long value = frame.u32(Integer.toUnsignedLong(x + k));
                    if (value < 0) {
                        return false;
                    }
                    a = (int) value;
                }
                case JEQ_X -> at = (a == x ? whenTrue : whenFalse)[at] - 1;
                case JSET_X -> at = ((a & x) != 0 ? whenTrue : whenFalse)[at] - 1;
                case JGT_X -> at = (Integer.compareUnsigned(a, x) > 0 ? whenTrue : whenFalse)[at] - 1;
                case JGE_X -> at = (Integer.compareUnsigned(a, x) >= 0 ? whenTrue : whenFalse)[at] - 1;
                case JA -> at = whenTrue[at] - 1;
                case LD_IMM -> a = k;
                case LD_LEN -> a = frame.wireLength();
                case LD_MEM -> a = memory[k];
                case LDX_IMM -> x = k;
                case LDX_LEN -> x = frame.wireLength();
                case LDX_MEM -> x = memory[k];
                case ST -> memory[k] = a;
                case STX -> memory[k] = x;
                case TAX -> x = a;
                case TXA -> a = x;
                case RET_A -> {
                    return a != 0;
                }
                default -> {
                    int other = (codes[at] & ALU_X) == ALU_X ? x : k;
                    if (other == 0 && isDivision(codes[at])) {
                        return false;
                    }
                    a = compute(codes[at] & 0xF0, a, other);
                }
            }
        }
    }

    private static boolean isDivision(int code) {
        int operation = code & 0xF0;
        return operation == 0x30 || operation == 0x90;
    }

    private static int compute(int operation, int a, int b) {
        return switch (operation) {
            case 0x00 -> a + b;
            case 0x10 -> a - b;
            case 0x20 -> a * b;
            case 0x30 -> Integer.divideUnsigned(a, b);
            case 0x40 -> a | b;
            case 0x50 -> a & b;
            case 0x60 -> Integer.compareUnsigned(b, 31) > 0 ? 0 : a << b;
            case 0x70 -> Integer.compareUnsigned(b, 31) > 0 ? 0 : a >>> b;
            case 0x80 -> -a;
            case 0x90 -> Integer.remainderUnsigned(a, b);
            default -> a ^ b;
        };
    }
}
