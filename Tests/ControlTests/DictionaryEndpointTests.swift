import HTTP
import PluginAPI
import Store
import Testing

@testable import Control

struct DictionaryEndpointTests {
    private let may: Set<String> = ["dictionaries.view"]

    @Test func `vendors are listed with how many attributes they have`() throws {
        let bench = try PluginBench()
        #expect(try bench.call("GET", "/dictionaries/vendors", as: bench.principal([])).status == 403)
        let body = try bench.call("GET", "/dictionaries/vendors", as: bench.principal(may)).body
        #expect(body.hasPrefix(#"{"items":[{"number":0,"name":"RFC","attributes":"#))
        #expect(body.contains(#"{"number":14988,"name":"Mikrotik","attributes":"#))
        bench.desk.stop()
    }

    @Test func `attributes are found by vendor, text and type, page by page, there and back`() throws {
        let bench = try PluginBench()
        let ann = bench.principal(may)
        func names(_ query: String) throws -> (names: [String], next: String?, prev: String?) {
            let body = try bench.call("GET", "/dictionaries/attributes?" + query, as: ann).body
            let value = try JSONReader.read(Array(body.utf8))
            guard case .object(let page) = value, case .list(let items) = page["items"] else { return ([], nil, nil) }
            let names = items.compactMap { item -> String? in
                guard case .object(let row) = item, case .text(let name) = row["name"] else { return nil }
                return name
            }
            func cursor(_ name: String) -> String? { if case .text(let text) = page[name] { text } else { nil } }
            return (names, cursor("next"), cursor("prev"))
        }
        #expect(try names("search=rate-limit&vendor=14988").names == ["Mikrotik-Rate-Limit"])
        #expect(try names("search=26.14988.8").names == ["Mikrotik-Rate-Limit"])
        let all = try names("vendor=14988&size=500").names
        var walked: [String] = []
        var next: String? = "0"
        var last: (names: [String], next: String?, prev: String?) = ([], nil, nil)
        while let cursor = next {
            last = try names("vendor=14988&size=7" + (walked.isEmpty ? "" : "&after=\(cursor)"))
            walked += last.names
            next = last.next
        }
        #expect(walked == all && all.count > 7)
        let before = try #require(last.prev)
        let back = try names("vendor=14988&size=7&before=\(before)")
        #expect(back.names == Array(all.dropLast(last.names.count).suffix(7)))
        #expect(try names("vendor=14988&type=ipaddr").names.allSatisfy { all.contains($0) })
        #expect(try bench.call("GET", "/dictionaries/attributes?after=x", as: ann).status == 422)
        #expect(try bench.call("GET", "/dictionaries/attributes?vendor=-1", as: ann).status == 422)
        bench.desk.stop()
    }

    @Test func `an attribute shows its values and where it is used`() throws {
        let bench = try PluginBench()
        let ann = bench.principal(may)
        try bench.connection.execute(
            """
            insert into reply_attributes (owner, owner_id, attribute, value) values
              ('service', 1, 'service-type', 'x'), ('service', 1, 'Service-Type', 'y'), ('nas', 3, 'Service-Type', 'x');
            insert into check_attributes (owner, owner_id, attribute, value) values ('subscriber', 4, 'Service-Type', 'x')
            """)
        let found = try bench.call("GET", "/dictionaries/attributes/service-type", as: ann)
        #expect(found.status == 200)
        #expect(found.body.contains(#""name":"Service-Type","oid":"6","vendor":null,"type":"integer""#))
        #expect(found.body.contains(#"{"name":"Framed-User","number":"2"}"#))
        #expect(found.body.contains(#""used":{"services":1,"nas":1,"subscribers":1,"dialects":[]}"#))
        #expect(
            try bench.call("GET", "/dictionaries/attributes/26.14988.8", as: ann).body.contains("Mikrotik-Rate-Limit"))
        #expect(try bench.call("GET", "/dictionaries/attributes/No-Such", as: ann).status == 404)
        bench.desk.stop()
    }

    @Test func `hex is read as a packet or a list, and what is broken is said`() throws {
        let bench = try PluginBench()
        let ann = bench.principal(may)
        func decode(_ hex: String) throws -> (status: Int, body: String, version: Int64?) {
            try bench.call("POST", "/dictionaries/decode", "{\"hex\":\"\(hex)\"}", as: ann)
        }
        for wrong in ["", "0", "zz", "01 02"] { #expect(try decode(wrong).status == 422, "\(wrong)") }
        let list = try decode("0105626f62")
        #expect(list.body.contains(#""code":null"#) && list.body.contains(#""line":"User-Name = \"bob\"""#))
        let packet = try decode("0107001900000000000000000000000000000000" + "0105626f62")
        #expect(packet.body.contains(#""code":"Access-Request","identifier":7"#))
        #expect(try decode("01ff62").body.contains(#""has_problems":true"#))
        bench.desk.stop()
    }
}
