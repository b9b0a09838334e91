import PluginAPI
package import RADIUS

/// Finds the NAS a packet is from and proves it: the same for logins and accounting.
package struct NASGate: Sendable {
    let policy: LivePolicy
    let events: any EventSink
    let counters: Counters

    package init(policy: LivePolicy, events: any EventSink, counters: Counters) {
        self.policy = policy
        self.events = events
        self.counters = counters
    }

    package struct Admitted {
        package var nas: Shared<NAS>
        package var dialect: DialectFacts
        /// The one of its secrets that fitted.
        package var secret: SharedSecret
        package var counters: NASCounters
    }

    package func admit(
        _ packet: PacketView, _ exchange: Exchange, counting block: inout NASCounters
    ) throws(DropReason) -> Admitted {
        try policy.read { tables throws(DropReason) in try admit(packet, exchange, in: tables, counting: &block) }
    }

    /// Throws why the packet is dropped; an unknown source goes to the inbox. `block` becomes the NAS's own as soon as
    /// the NAS is known.
    func admit(
        _ packet: PacketView, _ exchange: Exchange, in tables: borrowing PolicyTables,
        counting block: inout NASCounters
    ) throws(DropReason) -> Admitted {
        let identifier = packet.first(AttributeNumber.nasIdentifier)
        guard let nas = tables.findNAS(source: exchange.peer.address, identifier: identifier) else {
            events.unknownSource(
                exchange.peer.address, identifier: identifier.map { storableText($0) }, code: packet.code.rawValue,
                at: exchange.now.wall)
            throw .unknownSource
        }
        let dialect = tables.dialects[nas.dialect] ?? .plain
        block = nas.counters ?? counters.block(nasID: nas.id, name: nas.name)
        block.request(packet.code)
        guard nas.isActive else { throw .inactiveNAS }
        let (secret, verification, isCurrent) = try verify(packet, nas)
        // Several routers share the address, and which one it is was only claimed: the signature has to prove it (C36).
        if nas.identifier != nil, !verification.provesSecret { throw .missingMessageAuthenticator }
        if verification.latches, case .auto(latched: false) = nas.messageAuthenticator { latch(nas) }
        block.heard(exchange.now.wall)
        if verification.provesSecret { block.proved(current: isCurrent, exchange.now.wall) }
        return Admitted(nas: nas, dialect: dialect, secret: secret, counters: block)
    }

    /// The current secret first, then the one that is being rotated out.
    private func verify(
        _ packet: PacketView, _ nas: Shared<NAS>
    ) throws(DropReason) -> (SharedSecret, Verification, isCurrent: Bool) {
        var failure = DropReason.wrongMessageAuthenticator
        var isCurrent = true
        for secret in nas.secrets {
            do throws(DropReason) {
                return (
                    secret,
                    try packet.verify(
                        with: secret, policy: nas.messageAuthenticator,
                        limitsProxyState: nas.messageAuthenticator != .off), isCurrent
                )
            } catch {
                failure = error
                isCurrent = false
            }
        }
        if failure == .latchedMessageAuthenticator {
            events.alarm(
                kind: .latchedMessageAuthenticator, subject: nas.name,
                message: "NAS \(nas.name) sent an Access-Request without Message-Authenticator after it had signed "
                    + "others: an attack, or a changed router. Dropped. If the router was replaced, unlatch it with "
                    + "`tollkeeper nas set \(nas.name) --message-authenticator auto`.")
        }
        throw failure
    }

    private func latch(_ nas: Shared<NAS>) {
        policy.change { tables in
            tables.nas[nas.id]?.messageAuthenticator = .auto(latched: true)
        }
        events.latched(nas: nas.id)
    }
}
