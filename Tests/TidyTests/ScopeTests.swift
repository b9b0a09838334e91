import Testing

/// Tables whose rows belong to somebody are read and written through `Scoped` and the lists.
@Suite struct ScopeTests {
    private static let tables = [
        "subscribers", "services", "service_tiers", "nas_devices", "sessions", "sessions_live", "sessions_closed",
        "radius_logs", "resellers", "reseller_nas", "reseller_services", "operators", "address_holds",
        "check_attributes",
        "reply_attributes",
    ]
    /// Where such SQL belongs, and why it is safe there.
    private static let exceptions = [
        // The condition itself.
        "Sources/Host/Control/Data/", "Sources/Host/Control/Lists/",
        // The functions that change a record; whoever calls them has found its id through Scoped, or is the command line.
        "Sources/Host/Control/Records/",
        // Work of the house on all rows: housekeeping, publishing, sealing.
        "Sources/Host/Control/Runtime/", "Sources/Host/Control/Retention/",
        // Whose rules these are: who holds what, and whom he may change.
        "Sources/Host/Control/Identity/",
        // One follower for all listeners; an event carries its row's path, and each listener's scope is asked.
        "Sources/Host/Control/Events/", "Sources/Host/Control/Webhooks/",
    ]

    @Test func `no SQL of control or a plugin goes around the scope`() {
        let checkout = Checkout.here
        var seen = 0
        for file in checkout.files(in: ["Sources/Host/Control", "Plugins"], ending: [".swift"]) {
            if ScopeTests.exceptions.contains(where: { file.hasPrefix($0) }) { continue }
            seen += 1
            let found = ScopeTests.tablesNamed(in: checkout.text(file))
            #expect(found.isEmpty, "\(file) names \(found.joined(separator: ", ")) in SQL; find the row through Scoped")
        }
        #expect(seen > 20)
    }

    @Test(arguments: [
        ("select id from subscribers where id = $1", ["subscribers"]), ("UPDATE\n  services SET x = 1", ["services"]),
        ("delete from only nas_devices", ["nas_devices"]), ("x JOIN public.sessions_live l", ["sessions_live"]),
        ("INSERT INTO \"operators\" (a)", ["operators"]), ("from a, resellers r", ["resellers"]),
        ("select 1 from subscribers_of_mine", []), ("the services that he sells", []), ("let subscribers = 1", []),
    ])
    func `SQL that names such a table is recognised`(_ text: String, _ tables: [String]) {
        #expect(ScopeTests.tablesNamed(in: text) == tables)
    }

    /// Tables after a word that SQL puts before one.
    static func tablesNamed(in text: String) -> [String] {
        let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ",") }.map { $0.lowercased() }
        var found: [String] = []
        var expects = false
        for word in words {
            let name = word.filter { $0 != "," }
            if expects, tables.contains(name) { found.append(name) }
            let leads = ["from", "join", "update", "into", "using", "only", "public"].contains(name)
            // `from a, resellers r`: after a comma another table may follow.
            expects = (leads && (name != "only" && name != "public" || expects)) || (expects && word.hasSuffix(","))
        }
        return Array(Set(found)).sorted()
    }
}
