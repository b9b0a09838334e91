import RADIUS

/// By what the guard knows a login.
package struct LoginStamp {
    var subject: LoginSubject
    /// Of all that the decision hung on: another number after any change of the subscriber, the policy, or what an
    /// emergency skips; for an unknown name, after any subscriber came or went. A device that is known by its line is
    /// another one on another line.
    var version: UInt64

    init(
        _ request: borrowing LoginRequest, _ record: SubscriberRecord?, _ tables: borrowing PolicyTables,
        _ skips: EmergencySkip.Words
    ) {
        subject = request.subject(record)
        version = ByteHash.of(
            (record?.version ?? tables.subscribers.population)
                ^ ByteHash.of(tables.version &+ UInt64(skips.rawValue) << 56))
        if request.nas.allowsLineLogin, let line = request.facts.line { version ^= ByteHash.of(line) }
    }
}

extension LoginRequest {
    /// A known subscriber by its own name: whatever realm is put behind it, the guesser is the same.
    fileprivate func subject(_ record: SubscriberRecord?) -> LoginSubject {
        if let record { return LoginSubject(name: record.name, mac: facts.mac, nasID: nas.id) }
        return name.withBytes { LoginSubject(name: $0, mac: facts.mac, nasID: nas.id) }
    }
}
