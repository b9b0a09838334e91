/// The device is the one the account is bound to. `learn` without a MAC yet lets the first one in, which then binds.
package enum MACBindingCheck: LoginCheck {
    package static let name = "MAC binding"

    package static func refusal(_ login: Login) -> RejectReason? {
        guard let subscriber = login.subscriber, subscriber.macBinding != .off, !login.skips.contains(.mac) else {
            return nil
        }
        guard let bound = subscriber.mac else { return subscriber.macBinding == .learn ? nil : .macMismatch }
        guard let sent = login.mac else { return .macMissing }
        return sent == bound ? nil : .macMismatch
    }

    package static func inputs(_ login: Login) -> String {
        let binding = login.subscriber?.macBinding ?? .off
        let bound = login.subscriber?.mac.map { "\($0)" } ?? "none"
        return "binding \(binding.rawValue), bound to \(bound), request has \(login.mac.map { "\($0)" } ?? "no MAC")"
            + login.skipNote(.mac)
    }
}
