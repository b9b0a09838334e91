import CMicroHTTPD
import Glibc
import PluginAPI

/// The doors through which libmicrohttpd calls: each finds the Service in its context and hands over.
enum Callbacks {
    /// Leaves the target as it was sent; RequestTarget decodes it, where an encoded NUL is seen.
    static let unescape:
        @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<CChar>?) -> Int = { _, _, text in
            text.map {
                var length = 0; while $0[length] != 0 { length += 1 }; return length
            } ?? 0
        }

    static let begin:
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, OpaquePointer?) -> UnsafeMutableRawPointer? = {
            _, target, _ in
            target.map { Unmanaged.passRetained(Exchange($0)).toOpaque() }
        }

    static let accept: MHD_AcceptPolicyCallback = { context, address, _ in
        guard let context else { return .NO }
        let service = Unmanaged<Service>.fromOpaque(context).takeUnretainedValue()
        let client = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { bytes in
            IPAddress(bytes: bytes[..<tk_address_bytes(address, bytes.baseAddress)])
        }
        return service.core.connections.admits(client) ? .YES : .NO
    }

    static let access: MHD_AccessHandlerCallback = { context, connection, _, method, version, data, size, exchange in
        guard let context, let connection, let method, let version, let size, let held = exchange?.pointee else {
            return .NO
        }
        let service = Unmanaged<Service>.fromOpaque(context).takeUnretainedValue()
        let exchange = Unmanaged<Exchange>.fromOpaque(held).takeUnretainedValue()
        let bytes = UnsafeRawBufferPointer(start: data, count: size.pointee).assumingMemoryBound(to: UInt8.self)
        size.pointee = 0
        let call = Service.Call(
            connection: Connection(connection), method: String(cString: method), version: version, data: bytes)
        return service.receive(call, exchange)
    }

    static let completed:
        @convention(c) (
            UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
            MHD_RequestTerminationCode
        ) -> Void = { context, connection, held, _ in
            guard let context, let connection, let pointer = held?.pointee else { return }
            held?.pointee = nil
            let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue()
            Unmanaged<Service>.fromOpaque(context).takeUnretainedValue().completed(Connection(connection), exchange)
        }

    static let connection:
        @convention(c) (
            UnsafeMutableRawPointer?, OpaquePointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
            MHD_ConnectionNotificationCode
        ) -> Void = { context, connection, _, code in
            guard let context, let connection else { return }
            let service = Unmanaged<Service>.fromOpaque(context).takeUnretainedValue()
            service.connection(Connection(connection), isOpen: code == .CONNECTION_NOTIFY_STARTED)
        }
}
