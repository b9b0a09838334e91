import PluginAPI

/// What one subscriber alone may have: two rows of a file may not claim the same, nor what somebody has already.
enum SubscriberClaim: Hashable {
    case username(String)
    /// Its static IPv4 address.
    case address(IPAddress)
    case line(String)
    /// A login by this MAC without a password.
    case login(String)

    /// Of an import's columns.
    var column: String {
        switch self {
        case .username: "username"
        case .address: "static_ip"
        case .line: "line"
        case .login: "mac"
        }
    }

    var words: String {
        switch self {
        case .username(let name): "the user name `\(name)`"
        case .address(let address): "the address \(address)"
        case .line(let line): "the line `\(line)`"
        case .login(let mac): "the passwordless login by \(mac)"
        }
    }
}
