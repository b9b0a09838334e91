import PluginAPI
import Threads

/// A plugin that does a little of everything, linked into the tests.
struct Vouchers: Routes, Permissions, Jobs, Events, Pages, Migrations, Settings {
    static let manifest = Manifest(id: "vouchers", title: "Vouchers", version: "1.2")
    typealias Configuration = VoucherSettings
    static let permissions = [
        PluginPermission("vouchers.view", "See vouchers"), PluginPermission("vouchers.manage", "Make vouchers"),
        PluginPermission("portal.vouchers", "Use vouchers"),
    ]
    static let topics = ["subscriber.changed"]
    /// What the tests look at and steer it by.
    static let heard = Locked<[PluginEvent]>([])
    static let isDeaf = Locked(false)
    static let sums = Locked<[Int64]>([])

    private let host: Context
    private let settings: VoucherSettings

    init(_ host: Context) throws {
        self.host = host
        settings = try host.settings(as: VoucherSettings.self)
    }

    var routes: [Route] {
        let (host, prefix) = (host, settings.prefix)
        return [
            Route(.get, "/vouchers/list", may: "vouchers.view", "Vouchers") { (search: Search, _) in
                let rows = try await host.database.transaction { tx in
                    try await tx.query(
                        "select code, value from vouchers where value >= $1 order by code", [.integer(search.least)])
                }
                var page = Page()
                page.items = rows.map { row in Voucher(code: row.text("code") ?? "", value: row.integer("value") ?? 0) }
                return page
            },
            Route(.post, "/vouchers/list", may: "vouchers.manage", "Make one") { (voucher: Voucher, caller) in
                try await host.database.transaction { tx in
                    try await tx.query(
                        "insert into vouchers (code, value, made_by) values ($1, $2, $3)",
                        [.text(prefix + voucher.code), .integer(voucher.value), .text(caller.name)])
                    try await tx.enqueue("vouchers.sum", Search())
                }
                if voucher.value == 13 { throw RouteError("unlucky", status: 409, "Not that one.") }
                return Voucher(code: prefix + voucher.code, value: voucher.value)
            },
            Route(.delete, "/vouchers/list/{code}", may: "vouchers.manage", "Remove one") { (one: Code, _) in
                _ = try await host.database.transaction { tx in
                    try await tx.query("delete from vouchers where code = $1", [.text(one.code)])
                }
                return Nothing()
            },
            Route(.get, "/vouchers/of/{id}", may: "vouchers.view", "Of a subscriber") { (who: Who, caller) in
                let found = try await host.database.transaction { try await $0.subscriber(who.id, seenBy: caller) }
                guard let found else { throw RouteError("not_found", status: 404, "There is nobody.") }
                return Code(code: found.username)
            },
            Route(.get, "/vouchers/bad", may: "vouchers.view", "Fails") { (_: Nothing, _) -> Nothing in
                throw PluginError("the printer is on fire at secret.example")
            },
            Route(.get, "/vouchers/late", may: "vouchers.view", "Hangs") { (_: Nothing, _) -> Nothing in
                // Till its caller gives it up.
                let (never, end) = AsyncStream.makeStream(of: Never.self)
                for await _ in never {}
                end.finish()
                return Nothing()
            },
            Route(.get, "/vouchers/own", may: "portal.vouchers", "Of the customer") { (_: Nothing, caller) in
                Code(code: "\(caller.kind.rawValue) \(caller.id)")
            },
        ]
    }

    var jobs: [PluginJob] {
        let host = host
        return [
            PluginJob("vouchers.sum", "Add up", schedule: "15 3 * * *") { (search: Search, job) in
                let sum = try await host.database.transaction { tx in
                    try await tx.query("select coalesce(sum(value), 0) as s from vouchers").first?.integer("s") ?? 0
                }
                job.progress(1, of: 2, "added up")
                Vouchers.sums.withLock { $0.append(sum + search.least) }
            },
            PluginJob("vouchers.fail", "Fail") { (_: Nothing, _) in throw PluginError("never works") },
        ]
    }

    func hear(_ event: PluginEvent) async throws {
        if Vouchers.isDeaf.withLock({ $0 }) { throw PluginError("deaf") }
        Vouchers.heard.withLock { $0.append(event) }
    }

    var ui: PluginUI {
        PluginUI(
            nav: [.init("Vouchers", "/p/vouchers", permission: "vouchers.view")],
            pages: [
                .init(
                    "/p/vouchers", "Vouchers", permission: "vouchers.view", resource: "/plugins/vouchers/list",
                    key: "code",
                    columns: [.init("code", "Code"), .init("value", "Value", format: .number, sortable: true)],
                    create: .init(permission: "vouchers.manage", Voucher.self),
                    actions: [.init("print", "Print"), .init("burn", "Burn", permission: "vouchers.manage")])
            ],
            panels: [
                .init(
                    .portalPanel, "Vouchers", permission: "portal.vouchers", resource: "/plugins/vouchers/own",
                    fields: []),
                .init(
                    .subscriberPanel, "Vouchers", resource: "/plugins/vouchers/of/{id}", fields: [.init("code", "Code")]
                ),
            ], module: "plugin.js")
    }
}

struct VoucherSettings: Record {
    var prefix = "V-"
    var printers: [String] = []
    var key = ""
    static let fields: [Field<Self>] = [
        Field(\.prefix, "prefix", "what codes begin with", .length(1...5)), Field(\.printers, "printers"),
        Field(\.key, "key", "of the printer", secret: true),
    ]
}

struct Voucher: Record {
    var code = ""
    var value: Int64 = 0
    init() {}
    init(code: String, value: Int64) { (self.code, self.value) = (code, value) }
    static let fields: [Field<Self>] = [
        .required(\.code, "code", "its code", .length(1...20)), Field(\.value, "value", "in cents", .range(0...1000)),
    ]
}

struct Page: Record {
    var items: [Voucher] = []
    static let fields: [Field<Self>] = [Field(\.items, "items")]
}

struct Search: Record {
    var least: Int64 = 0
    static let fields: [Field<Self>] = [Field(\.least, "least", "value", .range(0...1000))]
}

struct Code: Record {
    var code = ""
    init() {}
    init(code: String) { self.code = code }
    static let fields: [Field<Self>] = [.required(\.code, "code")]
}

struct Who: Record {
    var id: Int64 = 0
    static let fields: [Field<Self>] = [.required(\.id, "id")]
}
