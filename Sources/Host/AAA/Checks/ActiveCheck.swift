/// The subscriber and its service are switched on.
package enum ActiveCheck: LoginCheck {
    package static let name = "active"

    package static func refusal(_ login: Login) -> RejectReason? {
        login.subscriber?.isActive == true && login.service?.isActive != false ? nil : .disabled
    }

    package static func inputs(_ login: Login) -> String {
        let word = { (isOn: Bool?) in isOn == true ? "active" : "disabled" }
        return "subscriber \(word(login.subscriber?.isActive)), service \(word(login.service?.isActive ?? true))"
    }
}
