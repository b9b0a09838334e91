/// The subscriber has a plan, and the plan has a reply in this NAS' dialect. Fails closed: without a plan nobody goes
/// online at a speed that nobody chose.
package enum PlanCheck: LoginCheck {
    package static let name = "plan"

    package static func refusal(_ login: Login) -> RejectReason? {
        guard login.service != nil else { return .noPlan }
        guard case .ready = login.plan else { return .planUnavailable }
        return nil
    }

    package static func inputs(_ login: Login) -> String {
        guard let service = login.service else { return "no service" }
        let plan = "service \(service.name), tier \(login.subscriber?.tierPosition ?? 0), dialect \(login.nas.dialect)"
        switch login.plan {
        case .ready: return plan
        case .problem(let why): return "\(plan): \(why)"
        case nil: return "\(plan): not compiled (is the plugin of this dialect running?)"
        }
    }
}
