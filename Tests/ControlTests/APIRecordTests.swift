@testable import Control
import HTTP
import PluginAPI
import Store
import Testing

/// Records over the API: what is refused, what is changed, and that nothing is changed by half.
@Suite struct APIRecordTests {
    private let desk: APIDesk

    init() throws { desk = try APIDesk() }

    private func service(_ name: String = "gold") throws -> Int64 {
        try desk.id(
            try desk.call(
                .post, "/services",
                body:
                    "{\"name\":\"\(name)\",\"tiers\":[{\"name\":\"normal\",\"down_bps\":20000000},{\"name\":\"FUP1\"}]}"
            ))
    }

    private func subscriber(_ name: String, service: Int64) throws -> Int64 {
        try desk.id(
            try desk.call(
                .post, "/subscribers",
                body: "{\"username\":\"\(name)\",\"password\":\"secret\",\"service_id\":\(service)}"))
    }

    private func version(_ table: String, _ id: Int64) throws -> Int64 {
        Int64(try desk.connection.query("select version from \(table) where id = $1", [.int(id)])[0].int(0))
    }

    @Test func `A change made on an older version is refused and changes nothing`() throws {
        let id = try subscriber("alice", service: try service())
        let seen = try version("subscribers", id)
        try desk.call(.patch, "/subscribers/{id}", ["id": "\(id)"], body: "{\"phone\":\"1\"}", version: seen)
        let refusal = desk.refusal {
            try desk.call(.patch, "/subscribers/{id}", ["id": "\(id)"], body: "{\"phone\":\"2\"}", version: seen)
        }
        #expect(refusal == "412 version")
        #expect(try desk.text("select phone from subscribers where id = $1", [.int(id)]) == "1")
    }

    @Test func `What hangs on a record raises its version, and the audit log says what it was and became`() throws {
        let gold = try service()
        let seen = try version("services", gold)
        let tiers = "{\"tiers\":[{\"name\":\"normal\",\"down_bps\":1000}]}"
        try desk.call(.patch, "/services/{id}", ["id": "\(gold)"], body: tiers, version: seen)
        let refusal = desk.refusal {
            try desk.call(.patch, "/services/{id}", ["id": "\(gold)"], body: tiers, version: seen)
        }
        #expect(refusal == "412 version")
        let changes = try desk.text(
            "select audit_diff(before, after)::text from audit_log where action = 'set' order by id desc limit 1")
        #expect(changes?.contains("20000000") == true && changes?.contains("1000") == true)
    }

    @Test func `An archived service is sold to nobody new`() throws {
        let gold = try service()
        try desk.call(.delete, "/services/{id}", ["id": "\(gold)"], version: try version("services", gold))
        let refusal = desk.refusal {
            try desk.call(.post, "/subscribers", body: "{\"username\":\"x\",\"service_id\":\(gold)}")
        }
        #expect(refusal == "404 not_found")
    }

    @Test func `A wrong attribute refuses the whole change, naming which`() throws {
        let gold = try service()
        let body =
            "{\"username\":\"bob\",\"service_id\":\(gold),\"reply_attributes\":[\"Framed-Pool := a\",\"No-Such := 1\"]}"
        #expect(desk.refusal { try desk.call(.post, "/subscribers", body: body) } == "409 attribute_refused")
        #expect(try desk.text("select count(*) from subscribers") == "0")
    }

    @Test func `A static address that is held is refused by its holder's name`() throws {
        let gold = try service()
        for (name, outcome) in [("a", "taken"), ("b", "409 conflict")] {
            let body = "{\"username\":\"\(name)\",\"service_id\":\(gold),\"static_ip\":\"192.0.2.7\"}"
            let refusal = desk.refusal { try desk.call(.post, "/subscribers", body: body) }
            #expect(refusal == outcome || (outcome != "taken" && refusal.hasPrefix("409")))
        }
        #expect(try desk.text("select count(*) from subscribers") == "1")
    }

    @Test func `A reseller's foreign reference is refused like one that is not there, and leaves nothing`() throws {
        let gold = try service()
        try desk.connection.execute("insert into resellers (id, name, path) values (5, 'r', '5/')")
        let reseller = APIDesk.somebody(APIDesk.all, Scope(resellerID: 5, path: "5/"))
        for id in [gold, 999] {
            let refusal = desk.refusal {
                try desk.call(
                    .post, "/subscribers", body: "{\"username\":\"x\",\"service_id\":\(id)}", as: reseller)
            }
            #expect(refusal == "404 not_found")
        }
        #expect(try desk.text("select count(*) from subscribers") == "0")
    }

    @Test func `A service changed at renewal serves its subscribers as it was until they renew`() throws {
        let old = try service()
        let alice = try subscriber("alice", service: old)
        let answer = try desk.call(
            .patch, "/services/{id}", ["id": "\(old)"],
            body: "{\"apply\":\"renewal\",\"tiers\":[{\"name\":\"normal\",\"down_bps\":50000000}]}",
            version: try version("services", old))
        let new = try desk.id(answer)
        #expect(new != old)
        #expect(try desk.text("select service_id from subscribers where id = $1", [.int(alice)]) == "\(old)")
        #expect(try desk.text("select count(*) from services_served where id = any (array[1,2])") == "2")
        #expect(
            try desk.text("select down_bps from service_tiers where service_id = $1 and position = 0", [.int(old)])
                == "20000000")
        // Bought meanwhile: the version in force.
        #expect(
            desk.refusal { try desk.call(.post, "/subscribers/{id}/renew", ["id": "\(alice)"], body: "{\"days\":0}") }
                == "422 invalid")
        try desk.call(
            .post, "/subscribers/{id}/renew", ["id": "\(alice)"], body: "{\"days\":30}",
            version: try version("subscribers", alice))
        #expect(try desk.text("select service_id from subscribers where id = $1", [.int(alice)]) == "\(new)")
        #expect(try desk.text("select count(*) from services_served where id = $1", [.int(old)]) == "0")
    }

    @Test func `An archived service goes on for whoever has it, and is gone with the last of them`() throws {
        let gold = try service()
        let alice = try subscriber("alice", service: gold)
        try desk.call(.delete, "/services/{id}", ["id": "\(gold)"], version: try version("services", gold))
        #expect(try desk.text("select count(*) from services_served") == "1")
        try desk.call(
            .delete, "/subscribers/{id}", ["id": "\(alice)"], version: try version("subscribers", alice))
        #expect(try desk.text("select count(*) from services_served") == "0")
    }

    @Test func `A secret is shown when it is made and never again; the old one is kept beside it until the end`() throws
    {
        let made = try desk.call(.post, "/nas", body: "{\"name\":\"edge\",\"ip\":\"192.0.2.1\"}")
        let id = try desk.id(made)
        let first = try desk.text("select convert_from(secret_sealed, 'UTF8') from nas_devices")
        let json = try #require(made.json).text
        #expect(first.map { json.contains($0.dropFirst("nas_devices/\(id)/secret|".count)) } == true)
        let shown = try desk.call(.get, "/nas/{id}", ["id": "\(id)"]).json?.text ?? ""
        #expect(shown.contains("\"has_secret\":true") && !shown.contains("sealed"))
        try desk.call(
            .post, "/nas/{id}/secret", ["id": "\(id)"], body: "{\"secret\":\"another-secret\"}",
            version: try version("nas_devices", id))
        #expect(
            try desk.text("select convert_from(previous_secret_sealed, 'UTF8') from nas_devices")
                == first?.replacing("/secret|", with: "/previous_secret|"))
        try desk.call(
            .delete, "/nas/{id}/secret/old", ["id": "\(id)"], version: try version("nas_devices", id))
        #expect(try desk.text("select previous_secret_sealed from nas_devices") == nil)
    }

    @Test func `Usage counts an octet once, whenever it is tallied`() throws {
        let alice = try subscriber("alice", service: try service())
        let key = "decode('00112233445566778899aabbccddeeff', 'hex')"
        try desk.connection.execute(
            """
            insert into sessions_live (session_key, subscriber_id, username, started_at, updated_at, input_octets, output_octets)
            values (\(key), \(alice), 'alice', now(), now(), 100, 1000)
            """)
        func used() throws -> String {
            try desk.call(.get, "/subscribers/{id}/usage", ["id": "\(alice)"], query: "by=month").json?.text ?? ""
        }
        #expect(try used().contains("\"input_octets\":100,\"output_octets\":1000"))
        try desk.connection.query("select tally_usage('0')")
        #expect(try used().contains("\"input_octets\":100,\"output_octets\":1000"))
        try desk.connection.execute("update sessions_live set input_octets = 150, output_octets = 1500")
        #expect(try used().contains("\"input_octets\":150,\"output_octets\":1500"))
        try desk.connection.query("select tally_usage('0')")
        try desk.connection.query("select tally_usage('0')")
        try desk.connection.execute("delete from sessions_live")
        try desk.connection.query("select tally_usage('0')")
        #expect(try used().contains("\"input_octets\":150,\"output_octets\":1500"))
        #expect(try desk.text("select count(*) from usage_seen") == "0")
    }
}
