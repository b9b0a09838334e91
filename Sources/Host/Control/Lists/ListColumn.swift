/// What a list gives of a row: a name in JSON and in CSV's first line, and the SQL that makes its value.
package struct ListColumn: Sendable {
    package enum Kind: Sendable, Hashable {
        case text, integer, number, bool
        /// timestamptz; ISO 8601 in UTC.
        case time
        /// inet, shown without a length where it is one address.
        case address
        case prefix
        case mac
        /// text[].
        case texts
        /// jsonb.
        case json
        case choice([String])
    }

    package enum Shown: Sendable, Hashable {
        case always
        /// When `fields` names it, and where one row is asked for.
        case onRequest
        /// For one row alone: too dear for a list.
        case alone
    }

    package let name: String
    package let kind: Kind
    /// For documents.
    package let text: String
    /// Over the row `r`.
    package let sql: String
    package let shown: Shown
    /// What the reader must be allowed to see it; nil: nothing more than the list.
    package let permission: String?

    package init(
        _ name: String, _ kind: Kind, _ text: String, sql: String? = nil, shown: Shown = .always,
        permission: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.text = text
        self.sql = sql ?? "r.\(name)"
        self.shown = shown
        self.permission = permission
    }

    /// As it is selected for JSON.
    var jsonSQL: String {
        switch kind {
        case .address: "host(\(sql))"
        case .prefix, .mac, .json: "(\(sql))::text"
        default: sql
        }
    }

    /// As it is selected for CSV. A spreadsheet runs what begins like a formula: such a text gets a quote in front.
    var csvSQL: String {
        switch kind {
        case .choice: sql
        // A subselect stands once, and so is asked once.
        case .text where sql.hasPrefix("(SELECT"): "(SELECT \(ListColumn.harmless("c.value")) FROM \(sql) AS c(value))"
        case .text: ListColumn.harmless(sql)
        case .texts: ListColumn.harmless("array_to_string(\(sql), ' ')")
        case .json: ListColumn.harmless("(\(sql))::text")
        case .time:
            "CASE WHEN isfinite(\(sql)) THEN to_char(\(sql) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') END"
        case .bool: "CASE \(sql) WHEN true THEN 'true' WHEN false THEN 'false' END"
        case .address: "host(\(sql))"
        case .integer, .number, .prefix, .mac: sql
        }
    }

    private static func harmless(_ sql: String) -> String {
        "CASE WHEN left(\(sql), 1) IN ('=', '+', '-', '@', E'\\t', E'\\r') THEN '''' || \(sql) ELSE \(sql) END"
    }
}

extension ListColumn {
    /// The further attributes of a row's own, as operators write them: `Framed-Pool := guests`.
    /// - kind: `reply` or `check`; owner: `subscriber`, `service`, `nas`.
    static func attributes(_ kind: String, of owner: String) -> String {
        "ARRAY(SELECT a.attribute || ' ' || a.op || ' ' || a.value FROM \(kind)_attributes a"
            + " WHERE a.owner = '\(owner)' AND a.owner_id = r.id ORDER BY a.position, a.id)"
    }
}
