// Modules:
// Files: Sources/Host/Store/Sealed/ByteSource.swift Sources/Host/Store/Sealed/ChunkCipher.swift Sources/Host/Store/Sealed/SealedFileError.swift Sources/Host/Store/Sealed/SealedFileHeader.swift Sources/Host/Store/Sealed/SealedFileReader.swift Sources/Host/Store/Sealed/SealedFileWriter.swift Sources/Host/Store/Digest.swift Sources/Host/Store/TextFile.swift Sources/Host/Store/StoreError.swift
// Seeds:

import Glibc

private struct Memory: ByteSource {
    let bytes: [UInt8]
    let path = "memory"
    var size: Int { bytes.count }

    func read(_ offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
        guard offset >= 0, offset + buffer.count <= bytes.count else { return false }
        buffer.copyBytes(from: bytes[offset..<(offset + buffer.count)])
        return true
    }
}

private let material = [UInt8](repeating: 7, count: 36)
private let sections: [(UInt16, [UInt8])] = [
    (1, [UInt8](repeating: 1, count: 100)), (2, [2]), (1, [3, 3]), (9, [UInt8](repeating: 4, count: 40)),
]

/// A good file, made once.
private let good: [UInt8] = {
    let path = "/tmp/tollkeeper-snapshot-fuzz-\(getpid())"
    defer { unlink(path) }
    let header = SealedFileHeader(
        keyID: 1, madeAt: 5, salt: [UInt8](repeating: 5, count: 32), label: "node")
    do {
        let writer = try SealedFileWriter(path: path, header: header, material: material)
        for (section, bytes) in sections {
            try writer.begin(section: section)
            try writer.append(bytes)
        }
        _ = try writer.finish()
        return try TextFile.read(path)
    } catch { fatalError("\(error)") }
}()

/// All pieces, or nil when any is refused.
private func read(_ bytes: [UInt8]) -> [(UInt16, [UInt8])]? {
    var found: [(UInt16, [UInt8])] = []
    do {
        try SealedFileReader(Memory(bytes: bytes)) { _ in material }.forEach { found.append(($0, Array($1))) }
        return found
    } catch { return nil }
}

/// Rubbish is refused, and so is a good file that was edited anywhere: what opens is what was sealed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let input = Array(UnsafeRawBufferPointer(start: start, count: count))
    precondition(read(input) == nil || input == good, "rubbish opens")
    // The input as edits: where (2 bytes), what (1): 0 to 251 writes, the others cut, double, swap.
    var edited = good
    for edit in stride(from: 0, to: input.count - 2, by: 3) where !edited.isEmpty {
        let place = (Int(input[edit]) << 8 | Int(input[edit + 1])) % edited.count
        switch input[edit + 2] {
        case 252: edited.removeSubrange(place...)
        case 253: edited.remove(at: place)
        case 254: edited.append(contentsOf: edited[place...].prefix(300))
        case 255: edited.swapAt(place, edited.count - 1)
        default: edited[place] = input[edit + 2]
        }
    }
    guard let found = read(edited) else { return 0 }
    precondition(edited == good, "an edited file opens")
    precondition(found.map(\.0) == sections.map(\.0) && found.map(\.1) == sections.map(\.1), "other bytes came out")
    return 0
}
