import PluginAPI

/// One record with all that its row takes: the session's key, and who and what it is of.
package struct SessionChange: Sendable {
    package var facts: SessionFacts
    package var record: AccountingRecord
    /// Whether the record only moves its session on: newer, open, and with nothing told anew but time and counters. A
    /// guess from what this process wrote before; the statement makes sure.
    package var advances = false
    /// Whether the record is a Start of a session that nobody is thought to have written yet. A guess as well.
    package var begins = false

    package init(key: SessionKey, record: AccountingRecord) {
        facts = SessionFacts(key: key)
        self.record = record
    }

    package init(facts: SessionFacts, record: AccountingRecord) {
        self.facts = facts
        self.record = record
    }

    /// For what changes no session.
    static let none = SessionChange(
        key: SessionKey(high: 0, low: 0),
        record: AccountingRecord(
            status: .interim, nasID: 0, nasIP: IPAddress(ipv4: 0), acctSessionID: "", kind: .session, eventTime: 0,
            hasEventTimestamp: false, sessionSeconds: 0, hasSessionTime: false, inputOctets: 0, outputOctets: 0,
            hasOctets: false, inputPackets: 0, outputPackets: 0, sendsGigawords: false))

    package var key: SessionKey { facts.key }
    package var parentKey: SessionKey? {
        get { facts.parentKey }
        set { facts.parentKey = newValue }
    }
    package var subscriberID: Int64? {
        get { facts.subscriberID }
        set { facts.subscriberID = newValue }
    }
    package var serviceID: Int64? {
        get { facts.serviceID }
        set { facts.serviceID = newValue }
    }
    package var tierPosition: Int? {
        get { facts.tierPosition }
        set { facts.tierPosition = newValue }
    }
    /// What the Access-Accept gave; nil when this server did not send it or has forgotten.
    package var login: SentLogin? {
        get { facts.login }
        set { facts.login = newValue }
    }
}
