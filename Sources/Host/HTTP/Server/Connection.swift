import CMicroHTTPD
import PluginAPI

/// libmicrohttpd's connection. Only what is marked so may be called from another thread than the connection's own.
struct Connection: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    var key: ConnectionTable.Key { UInt(bitPattern: pointer) }
    var descriptor: Int32 { tk_connection_socket(pointer) }

    /// Whether the client has closed its side. From any thread, while the connection lasts.
    var hasLeft: Bool { tk_has_left(descriptor) }

    var client: IPAddress? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { bytes in
            IPAddress(bytes: bytes[..<tk_client_bytes(pointer, bytes.baseAddress)])
        }
    }

    func suspend() { MHD_suspend_connection(pointer) }

    /// From any thread, on a connection that is suspended.
    func resume() { MHD_resume_connection(pointer) }

    /// In the order sent, names in lower case.
    var headers: [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        withUnsafeMutablePointer(to: &headers) { list in
            _ = MHD_get_connection_values_n(pointer, .HEADER_KIND, Connection.collect, list)
        }
        return headers
    }

    private static let collect: MHD_KeyValueIteratorN = { context, _, name, nameLength, value, valueLength in
        guard let context, let name else { return .NO }
        let list = context.assumingMemoryBound(to: [(name: String, value: String)].self)
        let text = { (start: UnsafePointer<CChar>?, count: Int) in
            String(decoding: UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count), as: UTF8.self)
        }
        list.pointee.append((name: text(name, nameLength).lowercased(), value: text(value, valueLength)))
        return .YES
    }
}
