import PluginAPI

/// One record with all that its row takes: the session's key, and who and what it is of.
package struct SessionChange: Sendable {
    package var key: SessionKey
    package var record: AccountingRecord
    package var parentKey: SessionKey?
    package var subscriberID: Int64?
    package var serviceID: Int64?
    package var tierPosition: Int?
    /// What the Access-Accept gave; nil when this server did not send it or has forgotten.
    package var login: SentLogin?

    package init(key: SessionKey, record: AccountingRecord) {
        self.key = key
        self.record = record
    }
}
