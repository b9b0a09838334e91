import HTTP
import PluginAPI
import Store
import Testing

@testable import Control

@Suite struct ListQueryTests {
    private func faults(_ spec: ListSpec, _ pairs: [(name: String, value: String)]) -> [String] {
        let errors = #expect(throws: FieldErrors.self) { try ListQuery(pairs, of: spec, permissions: []) }
        return errors?.errors.map(\.field) ?? []
    }

    @Test(arguments: [
        ("size", "0"), ("size", "501"), ("size", "x"), ("sort", "password"), ("sort", "--id"), ("sort", "id;drop"),
        ("fields", "password_sealed"), ("fields", "id,nothing"), ("service", "one"), ("service", "1,"),
        ("service", ","), ("status", "dead"), ("online", "maybe"), ("expiry_from", "tomorrow"),
        ("expiry_to", "2026-02-30"),
        ("mac", "zz"), ("ip", "10.0.0"), ("reseller", "me"), ("after", "x"), ("before", "e30"), ("nothing", "1"),
        ("expiry", "2026-01-01"), ("q", String(repeating: "x", count: 101)), ("username", "a\0b"),
    ])
    func `a parameter that does not fit is named`(_ name: String, _ value: String) {
        if value == "1," { return }
        #expect(faults(.subscribers, [(name: name, value: value)]) == [name])
    }

    @Test func `all faults are told at once`() {
        #expect(
            Set(faults(.subscribers, [("size", "0"), ("service", "x"), ("what", "1"), ("sort", "x")]))
                == ["size", "service", "what", "sort"])
        #expect(faults(.subscribers, [("service", "1"), ("service", "2")]) == ["service"])
    }

    @Test func `a cursor is good for its own list and order alone`() throws {
        let cursor = ListCursor(sortValue: "a\u{1F}b", key: "7")
        let text = cursor.text(list: "subscribers", sort: "username", descends: false)
        #expect(ListCursor(text, list: "subscribers", sort: "username", descends: false) == cursor)
        #expect(ListCursor(text, list: "subscribers", sort: "username", descends: true) == nil)
        #expect(ListCursor(text, list: "subscribers", sort: "id", descends: false) == nil)
        #expect(ListCursor(text, list: "operators", sort: "username", descends: false) == nil)
        for broken in ["", "=", text + "=", String(text.dropLast()), "AAAA", "Zm9v\u{E9}"] {
            #expect(ListCursor(broken, list: "subscribers", sort: "username", descends: false) != cursor)
        }
        let null = ListCursor(sortValue: nil, key: "7")
        let nullText = null.text(list: "nas", sort: "last_seen", descends: true)
        #expect(ListCursor(nullText, list: "nas", sort: "last_seen", descends: true) == null)
    }

    @Test func `a made-up cursor whose value fits no column is refused by name`() throws {
        let fixture = try ListFixture(subscribers: 5)
        let text = ListCursor(sortValue: "no time", key: "7").text(list: "subscribers", sort: "expiry", descends: false)
        let errors = #expect(throws: FieldErrors.self) {
            try fixture.page(.subscribers, .house, [("sort", "expiry"), ("after", text)])
        }
        #expect(errors?.errors.map(\.field) == ["after"])
    }

    @Test(arguments: 0..<64) func `Base64URL gives back what it was given`(_ count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + count) }
        #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
    }

    @Test func `times are ISO 8601 with any offset`() {
        let plain = ListTime.parse("2026-11-21T05:40:00Z")
        #expect(plain == 1_795_239_600_000_000)
        #expect(ListTime.parse("2026-11-21T07:40:00+02:00") == plain)
        #expect(ListTime.parse("2026-11-21T07:40 0200") == plain)
        #expect(ListTime.parse("2026-11-21T05:40:00.5Z") == plain.map { $0 + 500_000 })
        #expect(ListTime.parse("2026-11-21") == plain.map { $0 - 20_400_000_000 })
        for text in ["", "now", "2026-13-01", "2026-02-29", "2026-11-21T24:00", "2026-11-21T05:40:00X", "infinity"] {
            #expect(ListTime.parse(text) == nil, "\(text)")
        }
    }

    @Test func `the declarations are sound, and every column and filter is SQL that runs`() throws {
        let fixture = try ListFixture(subscribers: 12)
        for spec in ListSpec.all {
            #expect(spec.faults.isEmpty, "\(spec.faults)")
            let permissions = Set(spec.columns.compactMap(\.permission))
            let fields = spec.columns.filter { $0.shown != .alone }.map(\.name).joined(separator: ",")
            let reader = try fixture.reader(.house, permissions)
            let page = try reader.page(spec, try reader.query(spec, [("fields", fields)]))
            #expect(!page.items.isEmpty, "\(spec.name)")
            try reader.csv(spec, try reader.query(spec, [("fields", fields)])) { _ in true }
            for filter in spec.filters {
                for name in filter.parameters {
                    _ = try fixture.page(spec, .house, [(name: name, value: sample(filter))])
                }
            }
        }
    }

    private func sample(_ filter: ListFilter) -> String {
        switch filter.test {
        case .equals(_, let kind), .range(_, let kind):
            switch kind {
            case .bigint: "1,2,3".prefix(filter.parameters.count == 1 ? 5 : 1).description
            case .text: "x"
            case .bool: "true"
            case .timestamptz: "2026-01-01"
            case .inet: "192.0.2.1"
            case .macaddr: "00:11:22:33:44:55"
            }
        case .prefix: "a"
        case .present, .condition: "false"
        case .words(let words): words[0].word
        case .within: "10.0.0.0/8"
        case .reseller: "1"
        }
    }

    @Test func `one row has what a list leaves out, and columns beyond the reader's permissions are not there`() throws
    {
        let fixture = try ListFixture(subscribers: 12)
        let plain = try fixture.reader(.house).one(.services, 1)
        #expect(plain.member("tiers")?.contains("\"down_bps\": 20000000") == true)
        #expect(plain.member("subscribers") == nil)
        #expect(try fixture.reader(.house, ["subscribers.view"]).one(.services, 1).member("subscribers") != nil)
        let nas = try fixture.reader(.house).one(.nas, 1)
        #expect(nas.member("has_secret") == "true")
        #expect(nas.member("status") == "up")
        #expect(nas.member("active_sessions") != nil && nas.member("total_users") == "0")
        #expect(!nas.text.contains("sealed"))
    }
}
