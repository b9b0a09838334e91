import PluginAPI
import RADIUS
import Store

/// Brings rows of `subscribers` into the store, from bytes to bytes: this runs once a subscriber, a million times at start,
/// and takes nothing from the heap unless something is wrong.
struct SubscriberLoader {
    private let vault: SecretVault
    private let rules: [Int64: SubscriberRules]
    private let store: SubscriberStore
    /// Where a password is opened.
    private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
    /// Passwords that can't be used.
    private(set) var problems: [String] = []

    /// `take` reads the columns in this order.
    static let sql = """
        select id, username, password_sealed, password_kind, line_id, service_id, tier_position, is_active, expiry_date,
               static_ip, framed_ipv6_address, framed_ipv6_prefix, delegated_ipv6_prefix, framed_interface_id,
               mac_address, mac_binding, passwordless, session_limit
          from subscribers where deleted_at is null
        """

    init(vault: SecretVault, rules: [Int64: SubscriberRules], store: SubscriberStore) {
        self.vault = vault
        self.rules = rules
        self.store = store
    }

    func free() {
        room.initializeMemory(as: UInt8.self, repeating: 0)
        room.deallocate()
    }

    /// Gives the subscriber's id.
    mutating func take(_ row: inout CopyRow) throws -> Int64 {
        let (id, name) = (try row.int(), try row.bytes())
        let (sealed, kind, line) = (try row.next(), try row.bytes(), try row.next())
        let facts = try SubscriberLoader.facts(id, &row)
        let credential: CredentialView
        do {
            credential = try self.credential(sealed, kind, id)
        } catch {
            problems.append("subscriber \(String(decoding: name, as: UTF8.self)): \(error)")
            credential = .none
        }
        let rules = rules.isEmpty ? nil : rules[id]
        store.put(facts, name: name, credential: credential, line: line, rules: rules)
        return id
    }

    private static func facts(_ id: Int64, _ row: inout CopyRow) throws -> SubscriberFacts {
        var facts = SubscriberFacts(
            id: id, serviceID: try row.optionalInt(), tierPosition: Int(try row.int()), isActive: try row.bool(),
            expiry: try row.optionalTimestamp().flatMap { $0 == .max ? nil : $0 / 1_000_000 })
        facts.addresses.ipv4 = try row.optionalPrefix()?.address
        facts.addresses.ipv6 = try row.optionalPrefix()?.address
        facts.addresses.ipv6Prefix = try row.optionalPrefix()
        facts.addresses.delegatedPrefix = try row.optionalPrefix()
        facts.addresses.interfaceID = try row.next().flatMap {
            $0.count == 8 ? UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) : nil
        }
        facts.mac = try row.optionalMAC()
        facts.macBinding = MACBinding(rawValue: String(decoding: try row.bytes(), as: UTF8.self)) ?? .bound
        facts.isPasswordless = try row.bool()
        facts.sessionLimit = try row.optionalInt().map { Int($0) }
        return facts
    }

    /// Valid until the next one is opened.
    private func credential(
        _ sealed: UnsafeRawBufferPointer?, _ kind: UnsafeRawBufferPointer, _ id: Int64
    ) throws -> CredentialView {
        guard let sealed else { return .none }
        guard sealed.count <= room.count else { throw RuleProblem("the stored password is too long") }
        let count = try SubscriberLoader.withPlace(id) { try vault.open(sealed, $0, into: room) }
        let kind = String(decoding: kind, as: UTF8.self)
        let secret = UnsafeRawBufferPointer(rebasing: room[..<count])
        guard let view = StoredCredential.view(kind: kind, secret) else {
            throw RuleProblem("the stored password is no \(kind) value")
        }
        return view
    }

    /// `subscribers/ID/password`.
    static func withPlace<Result>(_ id: Int64, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withUnsafeTemporaryAllocation(byteCount: 48, alignment: 1) { room in
            var count = 0
            func add(_ text: StaticString) {
                UnsafeMutableRawBufferPointer(rebasing: room[count...]).copyMemory(
                    from: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
                count += text.utf8CodeUnitCount
            }
            add("subscribers/")
            if id < 0 { add("-") }
            var (rest, digits) = (id.magnitude, 1)
            while rest >= 10 { (rest, digits) = (rest / 10, digits + 1) }
            rest = id.magnitude
            for place in stride(from: count + digits - 1, through: count, by: -1) {
                room[place] = UInt8(48 + rest % 10)
                rest /= 10
            }
            count += digits
            add("/password")
            return try body(UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
    }
}
