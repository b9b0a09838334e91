import PluginAPI
import RADIUS

/// What a decision changes beside the answer: counts, the log, the guard, what is remembered of the session, the MAC
/// learned.
struct LoginAftermath: Sendable {
    let policy: LivePolicy
    let memory: LoginMemory
    let guardian: LoginGuard
    let events: any EventSink
    let counters: Counters
    let log: LoginLog

    /// Asks for the memory that an accept will be written to.
    func prefetch(_ request: borrowing LoginRequest) { memory.prefetch(request.sessionKey) }

    func conclude(
        _ decided: borrowing DecidedLogin, _ request: borrowing LoginRequest, _ nas: NASCounters, microseconds: Int64
    ) {
        note(decided, request, nas, microseconds)
        if let reason = decided.refusal {
            nas.reject(reason)
            if !decided.isRepeated { blame(decided, reason, request) }
        } else {
            accepted(decided, request, nas)
        }
    }

    private func note(
        _ decided: borrowing DecidedLogin, _ request: borrowing LoginRequest, _ nas: NASCounters, _ microseconds: Int64
    ) {
        guard log.rate > 0 else { return }
        let note = LoginNote(
            at: request.now.wall * 1_000_000, subscriberID: decided.login.subscriber?.id ?? 0,
            nasAddress: request.peer.address, mac: decided.login.mac, reason: decided.refusal, method: request.method,
            microseconds: microseconds)
        request.name.withBytes { name in
            if decided.refusal == nil, decided.login.skips.isEmpty { return log.note(note, nas: nas, name: name) }
            var detail = decided.refusal == nil ? decided.login.emergencyMark : decided.detail
            detail.withUTF8 { log.note(note, nas: nas, name: name, detail: UnsafeRawBufferPointer($0)) }
        }
    }

    private func blame(_ decided: borrowing DecidedLogin, _ reason: RejectReason, _ request: borrowing LoginRequest) {
        let stamp = decided.stamp
        request.name.withBytes { name in
            guardian.refused(
                stamp.subject, reason, version: stamp.version, proof: request.triedPassword,
                now: request.now.monotonic, name: name)
        }
    }

    private func accepted(_ decided: borrowing DecidedLogin, _ request: borrowing LoginRequest, _ nas: NASCounters) {
        nas.accept(request.method)
        switch decided.login.identity {
        case .name: break
        case .mac: nas.macLogin()
        case .line: nas.lineLogin()
        }
        guardian.accepted(decided.stamp.subject, now: request.now.monotonic)
        if !decided.login.skips.isEmpty { tellSkips(decided, request) }
        guard let subscriber = decided.login.subscriber else { return }
        memory.keep(
            decided.key,
            SentLogin(
                at: request.now.wall, subscriberID: subscriber.id, serviceID: subscriber.serviceID,
                tierPosition: subscriber.tierPosition, addresses: subscriber.addresses),
            now: request.now.monotonic)
        if subscriber.macBinding == .learn, subscriber.mac == nil, let mac = decided.login.mac {
            policy.learn(mac, subscriber: subscriber.id)
            events.learned(mac, subscriber: subscriber.id)
        }
    }

    private func tellSkips(_ decided: borrowing DecidedLogin, _ request: borrowing LoginRequest) {
        for word in decided.login.neededSkips.list {
            counters.add("emergency_accepts", nas: request.nas.name, word)
        }
    }
}
