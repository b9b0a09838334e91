import PluginAPI
import Testing

enum Shape: String, FieldChoice { case round, square }

struct Address: Record {
    var prefix = IPPrefix("192.0.2.0/24")
    init() {}
    static let fields: [Field<Address>] = [Field(\.prefix, "prefix", "a network")]
}

struct Order: Record, Equatable {
    var name = ""
    var count = 1
    var down: Rate?
    var shape = Shape.round
    var tags: [String] = []
    var addresses: [Address] = []
    var active = true

    init() {}
    static let fields: [Field<Order>] = [
        .required(\.name, "name", "what it is called", .length(1...8)),
        Field(\.count, "count", "how many", .range(1...10)),
        Field(\.down, "down", "speed towards the subscriber"),
        Field(\.shape, "shape"),
        Field(\.tags, "tags", "", .length(0...2)),
        Field(\.addresses, "addresses"),
        Field(\.active, "active"),
    ]
    static func == (left: Order, right: Order) -> Bool { left.fieldValue == right.fieldValue }
}

struct RecordTests {
    private let full: [String: FieldValue] = [
        "name": .text("box"), "count": .integer(3), "down": .text("20M"), "shape": .text("square"),
        "tags": .list([.text("a"), .text("b")]), "active": .bool(false),
        "addresses": .list([.object(["prefix": .text("198.51.100.0/24")])]),
    ]

    @Test func `a struct is made of values and gives them back`() throws {
        let order = try Order(values: full)
        #expect(order.down == Rate("20M"))
        #expect(order.shape == .square)
        #expect(order.addresses.first?.prefix == IPPrefix("198.51.100.0/24"))
        #expect(order.fieldValue == .object(full))
    }

    @Test func `what is left out keeps its default`() throws {
        let order = try Order(values: ["name": .text("box")])
        #expect(order.count == 1 && order.down == nil && order.active)
    }

    static let faults: [(values: [String: FieldValue], error: String)] = [
        ([:], "name must be given"),
        (["name": .text("")], "name must have 1 to 8 characters, not 0"),
        (["name": .integer(1)], "name must be a text, not 1"),
        (["name": .text("x"), "count": .integer(11)], "count must be 1 to 10, not 11"),
        (["name": .text("x"), "count": .number(1.5)], "count must be a whole number of"),
        (["name": .text("x"), "down": .text("fast")], "down must be like 20M, not \"fast\""),
        (["name": .text("x"), "shape": .text("flat")], "shape must be one of round, square, not \"flat\""),
        (["name": .text("x"), "tags": .list([.text("a"), .null])], "tags.1 must be a text, not null"),
        (
            ["name": .text("x"), "tags": .list([.text("a"), .text("b"), .text("c")])],
            "tags must have 0 to 2 items, not 3"
        ),
        (
            ["name": .text("x"), "addresses": .list([.object(["prefix": .text("no")])])],
            "addresses.0.prefix must be like 192.0.2.0/24, not \"no\""
        ),
        (["name": .text("x"), "size": .integer(1)], "size is unknown; there are name, count, down"),
    ]

    @Test(arguments: faults)
    func `a fault is named by its field`(row: (values: [String: FieldValue], error: String)) {
        let errors = #expect(throws: FieldErrors.self) { try Order(values: row.values) }
        #expect(errors?.errors.count == 1)
        #expect(errors?.description.hasPrefix(row.error) == true, "\(errors?.description ?? "")")
    }

    @Test func `every fault is told at once, with a code for programs`() {
        let errors = #expect(throws: FieldErrors.self) {
            try Order(values: ["count": .integer(0), "active": .text("maybe"), "x": .null])
        }
        #expect(
            errors?.errors.map { "\($0.field) \($0.code)" } == [
                "x unknown", "name required", "count constraint", "active type",
            ])
    }

    @Test func `settings are texts, read by each field's type`() throws {
        let order = try Order(text: ["name": "7", "count": "7", "active": "no", "tags": "a, b", "down": "1M"])
        #expect(order.name == "7" && order.count == 7 && !order.active && order.tags == ["a", "b"])
        #expect(order.down == Rate("1M"))
    }

    @Test func `a description is enough for a document or a form`() throws {
        let fields = Order.fields.map(\.description)
        #expect(fields[0].isRequired && fields[0].constraints == [.length(1...8)])
        #expect(fields[2].kind == .optional(.format("rate")))
        #expect(fields[3].kind == .choice(["round", "square"]))
        #expect(fields[5].kind == .list(.record(Address.fields.map(\.description))))
    }
}

struct RouteTests {
    private func route(_ path: String, may permission: String = "orders.manage") -> Route {
        Route(.post, path, may: permission, "Orders a thing") { (order: Order, caller: Caller) in
            var answer = order
            answer.count += Int(caller.id)
            return answer
        }
    }

    private let caller = Caller(id: 2, name: "ann", tenant: 1, permissions: [])

    @Test func `a route decodes, runs and encodes`() async throws {
        let output = try await route("/orders").run(["name": .text("box")], caller)
        guard case .object(let values) = output else { throw PluginError("no object") }
        #expect(values["count"] == .integer(3))
    }

    @Test func `a wrong input does not reach the handler`() async {
        await #expect(throws: FieldErrors.self) { _ = try await route("/orders").run([:], caller) }
    }

    @Test func `a wrong declaration tells its faults`() {
        #expect(route("/orders/{name}").faults.isEmpty)
        #expect(route("/orders/{id}").faults == ["{id} of /orders/{id} is no field of the input"])
        #expect(route("orders").faults.count == 1)
        #expect(route("/orders", may: "everything").faults == ["everything is no permission like pools.view"])
    }
}
