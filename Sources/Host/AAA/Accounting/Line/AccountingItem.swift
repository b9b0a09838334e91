import PluginAPI
package import RADIUS

/// A record on its way: what the journal keeps, what the row takes, and who is told once it is durable. An object,
/// because it passes through many hands and is large.
package final class AccountingItem: Sendable {
    package let entry: JournalEntry
    /// What the row takes, when `changesSession`.
    let row: SessionChange
    let changesSession: Bool
    package let request: ParkedRequest
    /// nil for what was read back from the journal: it was answered long ago.
    private let waiter: (any AccountingWaiter)?

    /// - change: nil for a record that is journaled and answered but changes no session.
    package init(
        entry: JournalEntry, change: SessionChange?, request: ParkedRequest = ParkedRequest(),
        waiter: (any AccountingWaiter)? = nil
    ) {
        self.entry = entry
        row = change ?? SessionChange.none
        changesSession = change != nil
        self.request = request
        self.waiter = waiter
    }

    package var change: SessionChange? { changesSession ? row : nil }

    /// Sends the Accounting-Response.
    package func answer() { waiter?.isDurable(self) }

    /// Gives the request back, unanswered: the NAS will send it again.
    package func giveUp() { waiter?.isLost(self) }
}

/// An Accounting-Request that waits for its record to be durable.
package struct ParkedRequest: Sendable {
    package var reply: [UInt8] = []
    package var ticket: DuplicateCache.Ticket?
    package var peer = ParkedRequest.nobody
    package var local = ParkedRequest.nobody
    /// When it came: milliseconds of a clock that never goes back.
    package var at: UInt64 = 0

    private static let nobody = SourceAddress(IPAddress(ipv4: 0), port: 0)

    package init() {}

    package init(
        reply: [UInt8], ticket: DuplicateCache.Ticket?, peer: SourceAddress, local: SourceAddress, at: UInt64
    ) {
        self.reply = reply
        self.ticket = ticket
        self.peer = peer
        self.local = local
        self.at = at
    }
}

/// Who parked a request.
package protocol AccountingWaiter: AnyObject, Sendable {
    func isDurable(_ item: AccountingItem)
    func isLost(_ item: AccountingItem)
}
