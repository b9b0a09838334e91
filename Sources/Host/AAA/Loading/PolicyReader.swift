package import Dictionary
import PluginAPI
import RADIUS
package import Store

/// Reads policy from the database into tables: all of it at start, and what the change feed names afterwards.
package struct PolicyReader {
    let connection: Connection
    let dictionary: AttributeDictionary
    let vault: SecretVault
    /// What could not be used, for the log.
    package private(set) var problems: [String] = []

    /// What counts each NAS's packets; nil where none come.
    let counters: Counters?

    package init(
        _ connection: Connection, dictionary: AttributeDictionary, vault: SecretVault, counters: Counters? = nil
    ) {
        self.counters = counters
        self.connection = connection
        self.dictionary = dictionary
        self.vault = vault
    }

    /// Everything, in one snapshot of the database.
    package mutating func readAll() throws -> PolicyTables {
        try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        defer { try? connection.execute("COMMIT") }
        var tables = PolicyTables()
        let rules = try readRules()
        tables.preferences = try readPreferences()
        tables.dialects = try readDialects()
        for nas in try readNAS(rules) { tables.put(nas) }
        for service in try readServices(rules) { tables.put(service) }
        let count = try connection.query("select count(*) from subscribers where deleted_at is null")[0].int(0)
        tables.subscribers.reserve(count)
        _ = try readSubscribers(rules, into: tables.subscribers)
        for (key, reply) in try readPlans() { tables.plans[key] = reply }
        tables.profiles = try readProfiles()
        return tables
    }

    /// Like `readAll`, with one subscriber instead of all.
    package mutating func readFor(username: String) throws -> PolicyTables {
        try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        defer { try? connection.execute("COMMIT") }
        var tables = PolicyTables()
        tables.preferences = try readPreferences()
        tables.dialects = try readDialects()
        for nas in try readNAS(try readRules(kind: "nas")) { tables.put(nas) }
        for service in try readServices(try readRules(kind: "service")) { tables.put(service) }
        let ids = try connection.query(
            "select id from subscribers where deleted_at is null and username = any($1)",
            [.textArray([username, LoginName(username).user])]
        ).map { Int64($0.int("id")) }
        let rules = try readRules(kind: "subscriber", ids: ids)
        _ = try readSubscribers(rules, ids: ids, into: tables.subscribers)
        for (key, reply) in try readPlans() { tables.plans[key] = reply }
        return tables
    }

    mutating func readRules(kind: String? = nil, ids: [Int64]? = nil) throws -> RuleReader {
        var rules = RuleReader(dictionary)
        try rules.read(connection, kind: kind, ids: ids)
        problems += rules.problems
        return rules
    }

    /// Further SQL that picks rows by id. Not `$1 is null or …`: for that the planner walks the whole table, once for
    /// each id.
    static func picked(_ ids: [Int64]?, _ column: String = "id") -> String {
        ids == nil ? "" : " and \(column) in (select unnest($1::bigint[]))"
    }

    static func parameters(_ ids: [Int64]?) -> [Parameter] { ids.map { [.intArray($0)] } ?? [] }

    mutating func note(_ problem: String) { problems.append(problem) }
}
