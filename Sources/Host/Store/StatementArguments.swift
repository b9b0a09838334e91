/// Parameters as libpq wants them: one buffer, and for each parameter where it starts.
struct StatementArguments {
    private var buffer: [UInt8] = []
    /// Start in `buffer`, or -1 for NULL.
    private var starts: [Int] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    init(_ parameters: [Parameter]) throws(StoreError) {
        starts.reserveCapacity(parameters.count)
        lengths.reserveCapacity(parameters.count)
        formats.reserveCapacity(parameters.count)
        buffer.reserveCapacity(parameters.reduce(0) { $0 + StatementArguments.room($1) })
        for parameter in parameters {
            starts.append(parameter == .null ? -1 : buffer.count)
            let before = buffer.count
            parameter.append(to: &buffer)
            lengths.append(Int32(buffer.count - before))
            formats.append(parameter.isBinary ? 1 : 0)
            if parameter.isBinary { continue }
            // libpq reads text to its NUL: a NUL inside would silently cut the value.
            guard !buffer[before...].contains(0) else { throw StoreError(.value, "a text may not hold a zero byte") }
            buffer.append(0)
        }
    }

    /// Bytes that the parameter will take, of those that may be large.
    private static func room(_ parameter: Parameter) -> Int {
        if case .encoded(_, let bytes) = parameter { return bytes.count }
        return 24
    }

    /// Calls `body` with count, values, lengths and formats.
    func withPointers<Result>(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Result
    ) -> Result {
        buffer.withUnsafeBytes { bytes in
            let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = starts.map { start -> UnsafePointer<CChar>? in start < 0 ? nil : base.map { $0 + start } }
            return values.withUnsafeBufferPointer { values in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        body(Int32(starts.count), values.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }
}
