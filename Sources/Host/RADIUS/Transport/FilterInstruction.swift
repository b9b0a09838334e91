import CSystem

/// An instruction of classic BPF (linux/filter.h, Documentation/networking/filter.rst) as a socket filter uses it.
package struct FilterInstruction: Sendable, Hashable {
    /// What it does; the raw value is the kernel's code.
    package enum Operation: UInt16, Sendable {
        /// A = the word of the packet at the operand.
        case loadWord = 0x20
        /// A = the byte of the packet at the operand.
        case loadByte = 0x30
        /// A = M[operand].
        case loadMemory = 0x60
        /// M[operand] = A.
        case store = 0x02
        /// A &= operand.
        case and = 0x54
        /// Skips so many instructions.
        case jump = 0x05
        case jumpIfEqual = 0x15
        case jumpIfGreater = 0x25
        case jumpIfGreaterOrEqual = 0x35
        /// If A & operand is not 0.
        case jumpIfAnyBit = 0x45
        /// Keeps so many bytes of the packet: 0 refuses it.
        case give = 0x06
    }

    package var operation: Operation
    package var operand: UInt32
    /// Instructions that a condition skips.
    package var whenTrue: UInt8 = 0
    package var whenFalse: UInt8 = 0

    init(_ operation: Operation, _ operand: UInt32) {
        self.operation = operation
        self.operand = operand
    }

    var raw: tk_filter_instruction {
        tk_filter_instruction(
            code: operation.rawValue, when_true: whenTrue, when_false: whenFalse, operand: operand)
    }

    /// Beyond this, operands of loads are counted from the network header (SKF_NET_OFF).
    package static let networkHeader = UInt32(bitPattern: -0x10_0000)
    /// Loads a random word (SKF_AD_OFF + SKF_AD_RANDOM).
    package static let random = UInt32(bitPattern: -0x1000 + 56)
    package static let everything = UInt32.max
}
