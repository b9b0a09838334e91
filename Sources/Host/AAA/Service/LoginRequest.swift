import Dictionary
import PluginAPI
import RADIUS

/// An Access-Request taken apart: who, from where, by which proof. Valid as long as the packet's bytes.
package struct LoginRequest: ~Copyable {
    let packet: PacketView
    let nas: Shared<NAS>
    /// Under which the request was made and is answered.
    private(set) var secret: SharedSecret
    let facts: RequestFacts
    let name: LoginName
    let method: PasswordMethod
    let peer: SourceAddress
    let now: Moment
    /// Derived from the request, so that deciding it twice gives one session.
    let sessionKey: SessionKey

    init(_ packet: PacketView, _ admitted: borrowing NASGate.Admitted, _ facts: RequestFacts, _ exchange: Exchange) {
        self.packet = packet
        nas = admitted.nas
        secret = admitted.secret
        self.facts = facts
        name = LoginName(packet.first(AttributeNumber.userName) ?? UnsafeRawBufferPointer(start: nil, count: 0))
        method = PasswordMethod(of: packet)
        peer = exchange.peer
        now = exchange.now
        sessionKey = SessionKeyDigest.key(nas: nas.id, source: peer, packet)
    }

    var scope: ScopeKey {
        ScopeKey(
            nasID: nas.id, nasIP: AccountingReader.nasIP(packet) ?? peer.address,
            identifier: packet.first(AttributeNumber.nasIdentifier), virtualRouter: facts.virtualRouter)
    }

    /// The subscriber: by the whole name, then by the name without its realm; where the NAS allows it, by MAC (the name
    /// is the MAC, or there is no other proof) or by line. `room` takes the record.
    func subscriber(in store: SubscriberStore, _ room: UnsafeMutableRawBufferPointer) -> FoundSubscriber {
        var found = FoundSubscriber()
        found.record = name.withBytes { store.find(name: $0, into: room) }
        if found.record == nil, name.hasRealm {
            found.record = name.withUser { store.find(name: $0, into: room) }
        }
        // A known name with a password is a login by name; without one, a device that calls itself by that name.
        if found.record?.isPasswordless ?? true, !provesPassword {
            findPasswordless(store, room, &found)
        }
        return found
    }

    /// A MAC for a name is not a proof even with a password beside it: RouterOS sends an empty one, BNGs a shared one.
    private var provesPassword: Bool {
        guard method != .none else { return false }
        return name.withBytes { bytes in
            if bytes.isEmpty || MACAddress(text: bytes) != nil { return false }
            return facts.line.map { !$0.elementsEqual(bytes) } ?? true
        }
    }

    private func findPasswordless(
        _ store: SubscriberStore, _ room: UnsafeMutableRawBufferPointer, _ found: inout FoundSubscriber
    ) {
        let mac = nas.allowsMACLogin ? name.withBytes { MACAddress(text: $0) } ?? facts.mac : nil
        if let mac, let record = store.find(mac: mac, into: room) {
            found.record = record
            found.identity = .mac
        } else if nas.allowsLineLogin, let line = facts.line, let record = store.find(line: line, into: room) {
            found.record = record
            found.identity = .line
        } else if let record = found.record {
            // The search wrote over it.
            found.record = store.copy(record.id, into: room)
        }
    }

    /// The password against the subscriber's credential. An unknown user costs the same as a known one, so that the
    /// time of an answer does not tell which names exist.
    mutating func checkPassword(_ record: SubscriberRecord?) -> RADIUS.PasswordVerdict {
        guard let record else {
            return LoginRequest.nobody.withUnsafeBytes { checkPassword(.cleartext($0, ntHash: nil)) }
        }
        return checkPassword(record.credential)
    }

    private mutating func checkPassword(_ credential: CredentialView) -> RADIUS.PasswordVerdict {
        let verdict = PasswordCheck(packet, secret: secret, credential: credential).verdict(by: method)
        guard method == .pap, packet.messageAuthenticatorOffset == nil, !LoginRequest.isReadable(verdict) else {
            return verdict
        }
        return checkPassword(credential, underOtherThan: secret) ?? verdict
    }

    /// An unsigned request says nothing of the secret it was made under; while a secret is being changed, its password
    /// does: the secret that makes text of it is the one. nil when none does.
    private mutating func checkPassword(
        _ credential: CredentialView, underOtherThan tried: SharedSecret
    ) -> RADIUS.PasswordVerdict? {
        for other in nas.secrets where other !== tried {
            let verdict = PasswordCheck(packet, secret: other, credential: credential).verdict(by: method)
            guard LoginRequest.isReadable(verdict) else { continue }
            secret = other
            return verdict
        }
        return nil
    }

    private static func isReadable(_ verdict: RADIUS.PasswordVerdict) -> Bool {
        if case .wrong(.unreadable) = verdict { return false }
        return true
    }

    private static let nobody = Array("no such subscriber".utf8)

    /// The values that check rules ask for.
    func requested(_ rules: [CheckRule]) -> [AttributeKey: [[UInt8]]] {
        guard !rules.isEmpty else { return [:] }
        let keys = Set(rules.compactMap { $0.known?.key })
        guard !keys.isEmpty else { return [:] }
        var values: [AttributeKey: [[UInt8]]] = [:]
        for attribute in packet.flatAttributes where keys.contains(attribute.key) {
            values[attribute.key, default: []].append(Array(attribute.value))
        }
        return values
    }
}
