/// A kind of row that belongs to somebody: its table, and which rows a reseller sees. In SQL the row is called `r`.
package struct ScopedKind: Sendable {
    package enum Rule: Sendable {
        /// `reseller_path` is that of the reseller or of one below him.
        case path
        /// A condition; `:reseller` is his id, `:paths` the paths of him and of those below him.
        case sql(String)
        /// The house alone sees these.
        case house
    }

    /// As a sentence says it: `there is no subscriber 7`.
    package let word: String
    package let table: String
    /// What a row is known by.
    package let key: String
    package let keyType: String
    /// Whether the row is still in use.
    package let alive: String
    package let rule: Rule
    /// By months.
    package let isPartitioned: Bool

    package init(
        _ word: String, table: String, key: String = "r.id", keyType: String = "bigint", alive: String = "true",
        isPartitioned: Bool = false, _ rule: Rule
    ) {
        self.word = word
        self.table = table
        self.key = key
        self.keyType = keyType
        self.alive = alive
        self.rule = rule
        self.isPartitioned = isPartitioned
    }
}

extension ScopedKind {
    package static let subscriber = ScopedKind(
        "subscriber", table: "subscribers", alive: "r.deleted_at IS NULL", .path)
    /// Archived ones included: subscribers may still have them. Those of the house are seen by whom they are given to.
    package static let service = ScopedKind(
        "service", table: "services",
        .sql(
            "(r.reseller_path = ANY (:paths) OR EXISTS (SELECT FROM reseller_services m"
                + " WHERE m.service_id = r.id AND m.reseller_id = :reseller))"))
    /// The same without archived ones: nobody new gets those.
    package static let serviceForSale = ScopedKind(
        service.word, table: service.table, alive: "r.archived_at IS NULL", service.rule)
    /// Removed ones included: their history stays.
    package static let subscriberEver = ScopedKind(subscriber.word, table: subscriber.table, subscriber.rule)
    /// Mapped to the reseller himself: no mapping, no NAS (row 172).
    package static let nas = ScopedKind(
        "NAS", table: "nas_devices", alive: "r.deleted_at IS NULL",
        .sql("EXISTS (SELECT FROM reseller_nas m WHERE m.nas_id = r.id AND m.reseller_id = :reseller)"))
    package static let unknownSource = ScopedKind(
        "unknown source", table: "nas_unknown", key: "r.source", keyType: "inet", .house)
    package static let liveSession = ScopedKind("session", table: "sessions_live", .path)
    package static let closedSession = ScopedKind(
        "session", table: "sessions_closed", key: "r.session_key", keyType: "bytea", isPartitioned: true, .path)
    /// Of both tables, for one by its id.
    package static let session = ScopedKind("session", table: "sessions", .path)
    package static let login = ScopedKind("login", table: "radius_logs", isPartitioned: true, .path)
    package static let reseller = ScopedKind("reseller", table: "resellers", .sql("r.path = ANY (:paths)"))
    package static let `operator` = ScopedKind(
        "operator", table: "operators",
        .sql("r.reseller_id IN (SELECT o.id FROM resellers o WHERE o.path = ANY (:paths))"))
    /// Networks that addresses are given from.
    package static let pool = ScopedKind("pool", table: "address_ranges", alive: "NOT r.is_loose", .house)
    package static let alarm = ScopedKind("alarm", table: "alarms", .house)
    package static let auditEntry = ScopedKind("audit entry", table: "audit_log", .house)
}
