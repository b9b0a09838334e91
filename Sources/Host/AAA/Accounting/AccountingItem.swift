/// A record on its way: what the journal keeps, what the row takes, and how to answer once it is durable.
package struct AccountingItem: Sendable {
    package var entry: JournalEntry
    /// nil for a record that is journaled and answered but changes no session.
    package var change: SessionChange?
    /// Sends the Accounting-Response.
    package var answer: @Sendable () -> Void
    /// Gives the request back, unanswered: the NAS will send it again.
    package var giveUp: @Sendable () -> Void
}
