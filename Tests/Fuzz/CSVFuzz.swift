// Modules:
// Files: Sources/Host/Control/Records/CSVReader.swift
// Seeds:

/// Whatever the bytes: rows come or a fault does, the reader moves on, and lines only go up.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    var reader = CSVReader(Array(UnsafeRawBufferPointer(start: start, count: count)))
    var line = 0
    var rows = 0
    while let row = try? reader.next() {
        precondition(row.line > line, "two rows begin on one line")
        precondition(!row.fields.isEmpty, "a row has a field")
        line = row.line
        rows += 1
        precondition(rows <= count, "there are more rows than bytes")
    }
    return 0
}
