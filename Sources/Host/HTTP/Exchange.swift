import CMicroHTTPD

/// One request on its way in, from its first line to its answer. libmicrohttpd keeps it for us.
final class Exchange {
    /// The target as it stands in libmicrohttpd's buffer; valid until the request is done.
    private let target: UnsafePointer<CChar>
    private let raw: [UInt8]
    private(set) var body: [UInt8] = []
    /// Whether the headers have been looked at.
    var isBegun = false

    init(_ target: UnsafePointer<CChar>) {
        self.target = target
        raw = String(cString: target).utf8.map { $0 }
    }

    /// The target, or nil when it is not one. libmicrohttpd ends it with a zero where the HTTP version begins; an
    /// earlier zero is a NUL that the client sent, and what follows it would be seen by some readers and not by others.
    func target(version: UnsafePointer<CChar>) -> RequestTarget? {
        guard UnsafeRawPointer(version) - UnsafeRawPointer(target) == raw.count + 1 else { return nil }
        return RequestTarget(raw)
    }

    /// Adds to the body; false when it would be longer than `limit`.
    func append(_ bytes: UnsafeBufferPointer<UInt8>, limit: Int) -> Bool {
        guard body.count + bytes.count <= limit else { return false }
        body += bytes
        return true
    }
}
