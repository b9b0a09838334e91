/// Looks at a shared object before the loader does: `dlopen` maps what the headers promise and dies of a signal on a
/// file that was cut off.
struct ELFFile {
    /// Throws a sentence when the bytes are no whole 64-bit shared object for this machine.
    init(_ bytes: [UInt8]) throws(PluginRefusal) {
        guard bytes.count >= 4, bytes[0..<4] == [0x7F, 0x45, 0x4C, 0x46] else {
            throw PluginRefusal("is no shared library (not an ELF file)")
        }
        guard bytes.count >= 64 else { throw PluginRefusal("is cut off within its ELF header") }
        guard bytes[4] == 2, bytes[5] == 1 else { throw PluginRefusal("is no 64-bit little-endian ELF file") }
        guard ELFFile.number(bytes, at: 16, size: 2) == 3 else {
            throw PluginRefusal("is an ELF file but no shared library")
        }
        guard ELFFile.number(bytes, at: 18, size: 2) == ELFFile.machine else {
            throw PluginRefusal("was built for another processor")
        }
        try ELFFile.checkTable(bytes, offset: 32, entrySize: 54, count: 56, what: "program headers")
        try ELFFile.checkTable(bytes, offset: 40, entrySize: 58, count: 60, what: "section headers")
        try ELFFile.checkSegments(bytes)
    }

    private static var machine: UInt64 {
        #if arch(arm64)
            183
        #else
            62
        #endif
    }

    /// Each argument is where the ELF header keeps that number.
    private static func checkTable(_ bytes: [UInt8], offset: Int, entrySize: Int, count: Int, what: String)
        throws(PluginRefusal)
    {
        let start = number(bytes, at: offset, size: 8)
        let length = number(bytes, at: entrySize, size: 2) * number(bytes, at: count, size: 2)
        guard start <= UInt64(bytes.count), length <= UInt64(bytes.count) - start else {
            throw PluginRefusal("is cut off: its \(what) lie beyond its end")
        }
    }

    private static func checkSegments(_ bytes: [UInt8]) throws(PluginRefusal) {
        let start = Int(number(bytes, at: 32, size: 8))
        let size = Int(number(bytes, at: 54, size: 2))
        let count = Int(number(bytes, at: 56, size: 2))
        guard size >= 56, count > 0 else { throw PluginRefusal("is an ELF file without program headers") }
        for header in stride(from: start, to: start + size * count, by: size) {
            let offset = number(bytes, at: header + 8, size: 8)
            let length = number(bytes, at: header + 32, size: 8)
            guard offset <= UInt64(bytes.count), length <= UInt64(bytes.count) - offset else {
                throw PluginRefusal("is cut off: a segment lies beyond its end")
            }
        }
    }

    /// A little-endian number; the caller has checked that it lies within.
    private static func number(_ bytes: [UInt8], at offset: Int, size: Int) -> UInt64 {
        bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
