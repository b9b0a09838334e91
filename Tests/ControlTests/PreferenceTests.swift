import HTTP
import PluginAPI
import Store
import Testing

@testable import AAA
@testable import Control

struct PreferenceTests {
    private let all: Set<String> = ["preferences.view", "preferences.edit"]

    @Test func `every preference that the migrations set is declared, with the value they set`() throws {
        let bench = try PluginBench()
        let rows = try bench.connection.query("select name, value from system_preferences order by name")
        for row in rows {
            let preference = try #require(Preference.named(row.text(0)), "\(row.text(0))")
            #expect(preference.read(row.text(1)) == preference.standard, "\(row.text(0))")
        }
        #expect(rows.count == Preference.all.count)
        bench.desk.stop()
    }

    @Test func `the standard of each is what the data plane takes where nothing is set`() {
        var stored: [String: String] = [:]
        for preference in Preference.all { stored[preference.name] = try? preference.text(of: preference.standard) }
        #expect(Preferences(stored) == Preferences())
    }

    @Test(arguments: [
        (#"{"radius_interim_update_seconds":59}"#, 422), (#"{"session_hard_cut":"on"}"#, 422), (#"{"colour":1}"#, 422),
        (#"{"interim_jitter_percent":51}"#, 422), (#"{"audit_months":5}"#, 422), (#"{"radius_log_rate":null}"#, 422),
        (#"{"audit_months":6,"session_hard_cut":false}"#, 200),
    ])
    func `a preference out of its range is refused`(body: String, status: Int) throws {
        let bench = try PluginBench()
        let ann = bench.principal(all)
        let seen = try bench.call("GET", "/preferences", as: ann)
        #expect(try bench.call("PATCH", "/preferences", body, as: ann, ifMatch: seen.version).status == status)
        let audit = try bench.connection.query("select after->>'session_hard_cut' from audit_log")
        #expect(audit.map { $0.text(0) } == (status == 200 ? ["off"] : []))
        bench.desk.stop()
    }

    @Test func `who saw another state of any of them changes none`() throws {
        let bench = try PluginBench()
        let ann = bench.principal(all)
        let seen = try bench.call("GET", "/preferences", as: ann)
        try bench.connection.execute("update system_preferences set value = '100' where name = 'radius_log_rate'")
        let body = #"{"radius_log_months":3}"#
        #expect(try bench.call("PATCH", "/preferences", body, as: ann, ifMatch: seen.version).status == 412)
        let fresh = try bench.call("GET", "/preferences", as: ann)
        let set = try bench.call("PATCH", "/preferences", body, as: ann, ifMatch: fresh.version)
        #expect(set.status == 200)
        #expect(set.version != fresh.version)
        #expect(set.body.contains(#""name":"radius_log_months","kind":"integer","value":3,"default":13"#))
        #expect(try bench.call("PATCH", "/preferences", body, as: bench.principal([]), ifMatch: 1).status == 403)
        bench.desk.stop()
    }

    @Test func `an operator's own preferences are his, and come back as they were`() throws {
        let bench = try PluginBench()
        try bench.connection.execute(
            "insert into operators (id, username, password_scrypt) values (7, 'ann', ''), (8, 'bob', '')")
        let (ann, bob) = (bench.principal([], id: 7), bench.principal([], id: 8))
        let body = #"{"theme":"dark","tables":{"subscribers":["name","tab \t &"]}}"#
        let put = try bench.call("PUT", "/me/preferences", body, as: ann)
        #expect(put.status == 200)
        #expect(try bench.call("GET", "/me/preferences", as: ann).body == put.body)
        #expect(put.body.contains(#""tables":{"subscribers":["name","tab \t &"]}"#))
        #expect(try bench.call("GET", "/me/preferences", as: bob).body.contains(#""theme":"system""#))
        #expect(try bench.call("PUT", "/me/preferences", #"{"tables":7}"#, as: ann).status == 422)
        #expect(try bench.call("PUT", "/me/preferences", #"{"tables":{"a":["nul \u0000"]}}"#, as: ann).status == 422)
        let large = #"{"filters":{"a":""# + String(repeating: "x", count: 65_600) + #""}}"#
        #expect(try bench.call("PUT", "/me/preferences", large, as: ann).status == 413)
        #expect(try bench.call("GET", "/me/preferences", as: bench.principal([], kind: .customer)).status == 403)
        bench.desk.stop()
    }
}
