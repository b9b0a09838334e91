import Control
import PluginAPI
import Store

/// A NAS on this machine and a subscriber, so that a newcomer's first radclient line is accepted.
struct TestLogin {
    let secret: String
    let user: String
    let password: String
    /// The device it comes with; the same one takes its own place when it is online already.
    var mac: MACAddress?

    static let name = "test"
    /// Loopback: nothing but this machine can use it.
    private static let address = "127.0.0.1"

    /// Makes them when there is no NAS at all; finds them again at a later start. nil when others were registered
    /// instead or they were changed by hand.
    static func prepare(_ database: ReadyDatabase) throws -> TestLogin? {
        let connection = try Connection(database.settings)
        let seal = database.key.seal
        let hasNAS = try connection.query("select exists (select from nas_devices where deleted_at is null)")
        if hasNAS.first?.bool(0) == true { return try find(connection, seal) }
        let records = Records(connection, actor: Actor("tollkeeper serve --test-login", source: "command line")) {
            seal.seal($0, for: $1)
        }
        let login = TestLogin(secret: random(20), user: name, password: random(12))
        let fields: Records.Fields = [
            ("down_bps", .int(20_000_000)), ("up_bps", .int(5_000_000)), ("pool_name", .text("customers")),
        ]
        _ = try records.addNAS(
            name, secret: login.secret,
            [("ip", .inet(address)), ("type", .text("mikrotik")), ("description", .text("radclient on this machine"))])
        let service = try records.addService(name, [], tiers: [TierDraft(name: "normal", fields: fields)])
        _ = try records.addSubscriber(
            name, password: try SubscriberPassword(login.password), [("service_id", .int(service))])
        return login
    }

    /// A radclient line for a shell.
    func commandLine(port: UInt16) -> String {
        "echo 'User-Name=\(user),User-Password=\(password),"
            + (mac.map { "Calling-Station-Id=\"\($0)\"," } ?? "") + "Message-Authenticator=0x00' "
            + "| radclient -x \(TestLogin.address):\(port) auth \(secret)"
    }

    private static func find(_ connection: Connection, _ seal: Seal) throws -> TestLogin? {
        let nas = try connection.query(
            "select id, secret_sealed from nas_devices where name = $1 and deleted_at is null", [.text(name)]
        ).first
        let subscriber = try connection.query(
            """
            select id, password_sealed from subscribers
             where username = $1 and deleted_at is null and password_kind = 'cleartext'
            """, [.text(name)]
        ).first
        guard let nas, let subscriber, let secret = nas.optionalBytes(1), let password = subscriber.optionalBytes(1)
        else { return nil }
        return TestLogin(
            secret: try text(seal.open(secret, for: "nas_devices/\(nas.int(0))/secret")), user: name,
            password: try text(seal.open(password, for: "subscribers/\(subscriber.int(0))/password")))
    }

    private static func text(_ bytes: [UInt8]) throws -> String { String(decoding: bytes, as: UTF8.self) }

    /// Random, in letters and digits that need no quoting.
    static func random(_ count: Int) -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
        var generator = SystemRandomNumberGenerator()
        return String((0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
    }
}
