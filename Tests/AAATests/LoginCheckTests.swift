@testable import AAA
import PluginAPI
import Testing

/// One way a login differs from one that passes, and what becomes of it.
struct LoginRow: Sendable, CustomTestStringConvertible {
    let name: String
    let reason: RejectReason?
    let change: @Sendable (inout Login) -> Void

    init(_ name: String, _ reason: RejectReason?, _ change: @escaping @Sendable (inout Login) -> Void) {
        self.name = name
        self.reason = reason
        self.change = change
    }

    var testDescription: String { name }
}

@Suite struct LoginCheckTests {
    @Test func `a login that every check lets pass is refused by none`() {
        #expect(LoginChecks.refusal(makeLogin()) == nil)
        for check in LoginChecks.order { #expect(!check.inputs(makeLogin()).isEmpty, "\(check.name)") }
    }

    @Test(arguments: rows) func `each check refuses with its own reason`(_ row: LoginRow) {
        let login = makeLogin(row.change)
        #expect(LoginChecks.refusal(login) == row.reason)
        for check in LoginChecks.order { #expect(!check.inputs(login).isEmpty) }
    }

    @Test func `the first check that refuses names the reason: a wrong password before a disabled account`() {
        let login = makeLogin {
            $0.password = .wrong(method: "PAP")
            $0.subscriber?.isActive = false
            $0.subscriber?.expiry = 0
            $0.plan = nil
        }
        #expect(LoginChecks.refusal(login) == .wrongPassword)
    }

    static let rows: [LoginRow] = [
        LoginRow("a disabled NAS", .nasDisabled) { $0.nas.isActive = false },
        LoginRow("a draining NAS", .nasDraining) { $0.nas.isDraining = true },
        LoginRow("a realm that the NAS does not list", .realmNotAllowed) {
            $0.nas.realms = ["isp.example"]
            $0.name = LoginName("ann@other.example")
        },
        LoginRow("a listed realm in another case", nil) {
            $0.nas.realms = ["isp.example"]
            $0.name = LoginName("ann@ISP.Example")
        },
        LoginRow("no realm where realms are listed", .realmNotAllowed) { $0.nas.realms = ["isp.example"] },
        LoginRow("no realm where `none` is listed", nil) { $0.nas.realms = ["isp.example", "none"] },
        LoginRow("a MAC login has no realm to ask for", nil) {
            $0.nas.realms = ["isp.example"]
            $0.nas.allowsMACLogin = true
            $0.identity = .mac
            $0.subscriber?.isPasswordless = true
        },
        LoginRow("nobody of that name", .unknownUser) { $0.subscriber = nil },
        LoginRow("a wrong password", .wrongPassword) { $0.password = .wrong(method: "CHAP") },
        LoginRow("no password", .noPassword) { $0.password = .none },
        LoginRow("a password that is no text", .malformedPassword) { $0.password = .malformed(method: "PAP", why: "") },
        LoginRow("a method that the stored form can't serve", .methodUnavailable) {
            $0.password = .unavailable(method: "CHAP", why: "")
        },
        LoginRow("a password that was not tried", nil) { $0.password = .notTried(methods: "PAP") },
        LoginRow("a MAC login that only the subscriber allows", .passwordlessNotAllowed) {
            $0.identity = .mac
            $0.subscriber?.isPasswordless = true
        },
        LoginRow("a MAC login that only the NAS allows", .passwordlessNotAllowed) {
            $0.identity = .mac
            $0.nas.allowsMACLogin = true
        },
        LoginRow("a line login where the NAS allows MACs only", .passwordlessNotAllowed) {
            $0.identity = .line
            $0.nas.allowsMACLogin = true
            $0.subscriber?.isPasswordless = true
        },
        LoginRow("a line login that both allow, wrong password or not", nil) {
            $0.identity = .line
            $0.nas.allowsLineLogin = true
            $0.subscriber?.isPasswordless = true
            $0.password = .wrong(method: "PAP")
        },
        LoginRow("a disabled subscriber", .disabled) { $0.subscriber?.isActive = false },
        LoginRow("a disabled service", .disabled) { $0.service?.isActive = false },
        LoginRow("the second before expiry", nil) { $0.subscriber?.expiry = noon + 1 },
        LoginRow("the second of expiry", .expired) { $0.subscriber?.expiry = noon },
        LoginRow("another MAC than the bound one", .macMismatch) {
            $0.subscriber?.macBinding = .bound
            $0.subscriber?.mac = macB
        },
        LoginRow("the bound MAC", nil) {
            $0.subscriber?.macBinding = .bound
            $0.subscriber?.mac = macA
        },
        LoginRow("bound to no MAC yet fails closed", .macMismatch) { $0.subscriber?.macBinding = .bound },
        LoginRow("a bound account and a request without MAC", .macMissing) {
            $0.subscriber?.macBinding = .bound
            $0.subscriber?.mac = macA
            $0.mac = nil
        },
        LoginRow("a MAC still to be learned", nil) { $0.subscriber?.macBinding = .learn },
        LoginRow("another MAC than the learned one", .macMismatch) {
            $0.subscriber?.macBinding = .learn
            $0.subscriber?.mac = macB
        },
        LoginRow("a MAC that is noted but not bound", nil) { $0.subscriber?.mac = macB },
        LoginRow("no service", .noPlan) { $0.service = nil },
        LoginRow("a plan that is not compiled", .planUnavailable) { $0.plan = nil },
        LoginRow("a plan that does not compile", .planUnavailable) { $0.plan = .problem("too long a name") },
    ]
}
