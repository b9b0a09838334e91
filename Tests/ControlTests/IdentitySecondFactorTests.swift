import Control
import Store
import Testing

@Suite struct IdentitySecondFactorTests {
    private static let secret = Array("12345678901234567890".utf8)

    @Test(
        arguments: [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ].enumerated().map { ($0.offset, $0.element) })
    func `A code by counter (RFC 4226 appendix D)`(_ counter: Int, _ code: String) {
        #expect(TOTP.code(Self.secret, counter: UInt64(counter)) == code)
    }

    @Test(arguments: [
        (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
    ])
    func `A code by time (RFC 6238 appendix B)`(_ seconds: Int, _ code: String) {
        #expect(TOTP.code(Self.secret, counter: UInt64(seconds / 30), digits: 8) == code)
    }

    @Test(
        arguments: [
            (-60, nil), (-30, Int64(9)), (0, 10), (30, 11), (60, nil),
        ] as [(Int64, Int64?)])
    func `One step early or late is taken, two are not (RFC 6238 section 5.2)`(_ shift: Int64, _ step: Int64?) {
        let code = TOTP.code(Self.secret, counter: UInt64(10 + shift / 30))
        #expect(TOTP.step(of: code, Self.secret, unixSeconds: 10 * 30 + 7, after: nil) == step)
    }

    @Test func `A code is taken once, and no older one after it`() {
        let code = { (step: UInt64) in TOTP.code(Self.secret, counter: step) }
        #expect(TOTP.step(of: code(10), Self.secret, unixSeconds: 300, after: 10) == nil)
        #expect(TOTP.step(of: code(9), Self.secret, unixSeconds: 300, after: 10) == nil)
        #expect(TOTP.step(of: code(11), Self.secret, unixSeconds: 300, after: 10) == 11)
    }

    @Test(arguments: ["", "12345", "1234567", "75522x", "７55224"]) func `What is no code is none`(_ code: String) {
        #expect(TOTP.step(of: code, Self.secret, unixSeconds: 0, after: nil) == nil)
    }

    @Test func `The address for apps has the secret in base32 and its parts escaped`() {
        #expect(
            TOTP.uri(Self.secret, account: "ann&co", issuer: "My Net")
                == "otpauth://totp/My%20Net:ann%26co?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=My%20Net"
                + "&algorithm=SHA1&digits=6&period=30")
    }

    @Test(arguments: [
        ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("foobar", "MZXW6YTBOI"),
    ])
    func `Base32 (RFC 4648 section 10)`(_ plain: String, _ text: String) {
        #expect(Base32.text(Array(plain.utf8)) == text)
    }

    private func code(_ desk: IdentityDesk) throws -> String {
        let row = try desk.connection.query("select id, totp_sealed from operators where totp_sealed is not null")[0]
        let secret = try IdentityDesk.box.open(row.bytes(1), "operators/\(row.int(0))/totp")
        return TOTP.code(secret, counter: UInt64(desk.now / 30_000_000))
    }

    private func enrolled() throws -> (IdentityDesk, Principal, recovery: [String]) {
        let desk = try IdentityDesk()
        try desk.administrator()
        let principal = try desk.signIn("root").principal
        let enrolment = try desk.identity.enrolSecondFactor(principal, Actor("operator:root"))
        #expect(enrolment.uri.contains(enrolment.secret))
        let codes = try desk.identity.confirmSecondFactor(principal, code: try code(desk), Actor("operator:root"))
        return (desk, principal, codes)
    }

    private func signIn(_ desk: IdentityDesk, _ code: String?, _ password: String = IdentityDesk.password) -> String? {
        refusalCode {
            _ = try desk.identity.signIn(operator: "root", password: password, code: code, from: desk.origin)
        }
    }

    @Test func `A factor is asked for only once a first code was seen`() throws {
        let desk = try IdentityDesk()
        try desk.administrator()
        let principal = try desk.signIn("root").principal
        #expect(
            refusalCode { _ = try desk.identity.confirmSecondFactor(principal, code: "000000", Actor("a")) }
                == "not_begun")
        _ = try desk.identity.enrolSecondFactor(principal, Actor("operator:root"))
        #expect(
            refusalCode { _ = try desk.identity.confirmSecondFactor(principal, code: "x", Actor("a")) }
                == "second_factor_wrong")
        #expect(signIn(desk, nil) == nil)
    }

    @Test func `In force, it is needed with the right password, and each code lets in once`() throws {
        let (desk, principal, _) = try enrolled()
        #expect(
            refusalCode { _ = try desk.identity.enrolSecondFactor(principal, Actor("operator:root")) } == "in_force")
        #expect(signIn(desk, nil, "wrong") == "wrong_credentials")
        #expect(signIn(desk, nil) == "second_factor_needed")
        // The code that confirmed it was used.
        #expect(signIn(desk, try code(desk)) == "second_factor_wrong")
        desk.pass(seconds: 30)
        let fresh = try code(desk)
        #expect(signIn(desk, fresh, "wrong") == "wrong_credentials")
        #expect(signIn(desk, fresh) == nil)
        #expect(signIn(desk, fresh) == "second_factor_wrong")
    }

    @Test func `Guessing codes locks like guessing passwords`() throws {
        let (desk, _, _) = try enrolled()
        for _ in 0..<5 { #expect(signIn(desk, "x00000") == "second_factor_wrong") }
        desk.pass(seconds: 1)
        #expect(signIn(desk, "x00000") == "locked")
    }

    @Test func `Asking for the code without one does not count, nor does it wipe out what counted`() throws {
        let (desk, _, _) = try enrolled()
        for _ in 0..<4 { #expect(signIn(desk, "x") == "second_factor_wrong") }
        for _ in 0..<3 { #expect(signIn(desk, nil) == "second_factor_needed") }
        #expect(signIn(desk, "x") == "second_factor_wrong")
        #expect(signIn(desk, nil) == "locked")
    }

    @Test func `Ten recovery codes let in once each, however they are typed; the database has hashes only`() throws {
        let (desk, principal, codes) = try enrolled()
        #expect(Set(codes).count == 10)
        #expect(try desk.connection.query("select count(*) from recovery_codes")[0].int(0) == 10)
        let signed = try desk.identity.signIn(
            operator: "root", password: IdentityDesk.password, code: codes[3].uppercased() + " ", from: desk.origin)
        #expect(signed.recoveryCodesLeft == 9)
        #expect(signIn(desk, codes[3]) == "second_factor_wrong")
        desk.pass(seconds: 30)
        let renewed = try desk.identity.renewRecoveryCodes(principal, code: try code(desk), Actor("operator:root"))
        #expect(signIn(desk, codes[4]) == "second_factor_wrong")
        #expect(signIn(desk, renewed[4]) == nil)
    }

    @Test func `It ends by a code of it, or by another operator, never by a token`() throws {
        let (desk, principal, codes) = try enrolled()
        let actor = Actor("operator:root")
        let (token, _) = try desk.identity.createToken("t", scopes: nil, expiresAt: nil, by: principal, actor)
        let byToken = try #require(try desk.identity.principal(token: token, from: ""))
        #expect(
            refusalCode { try desk.identity.disableSecondFactor(byToken, code: codes[0], actor) }
                == "own_session_needed")
        #expect(
            refusalCode { try desk.identity.disableSecondFactor(principal, code: "x", actor) } == "second_factor_wrong")
        try desk.identity.disableSecondFactor(principal, code: codes[0], actor)
        #expect(signIn(desk, nil) == nil)
        #expect(try desk.audited("operator").suffix(2) == ["disable-second-factor", "sign-in"])
    }

    @Test func `One who is locked out gets in when it was reset`() throws {
        let (desk, principal, _) = try enrolled()
        try desk.identity.resetSecondFactor(principal.id, by: desk.root)
        #expect(signIn(desk, nil) == nil)
        #expect(try desk.connection.query("select count(*) from recovery_codes")[0].int(0) == 0)
    }
}
