/// There is such a subscriber.
package enum KnownSubscriberCheck: LoginCheck {
    package static let name = "subscriber known"

    package static func refusal(_ login: Login) -> RejectReason? { login.subscriber == nil ? .unknownUser : nil }

    package static func inputs(_ login: Login) -> String {
        guard let subscriber = login.subscriber else { return "no subscriber by \(login.identity.word)" }
        let name = login.username ?? "number \(subscriber.id)"
        return "subscriber \(name) found by \(login.identity.word)"
    }
}
