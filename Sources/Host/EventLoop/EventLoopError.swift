import Glibc

/// What the system refused: the call and its errno.
package enum EventLoopError: Error, CustomStringConvertible {
    case unavailable(String, Int32)

    package var description: String {
        switch self {
        case .unavailable(let call, let code): "\(call): \(String(cString: strerror(code)))"
        }
    }
}
