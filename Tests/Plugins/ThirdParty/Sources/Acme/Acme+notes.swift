import PluginAPI

extension Acme {
    public static let permissions = [
        PluginPermission("acme.view", "See notes"), PluginPermission("acme.manage", "Write notes", houseOnly: true),
    ]
    public static let topics = ["subscriber.changed"]

    public var routes: [Route] {
        let host = host
        return [
            Route(.get, "/acme/notes", may: "acme.view", "The notes") { (_: Nothing, _) in
                let rows = try await host.database.transaction {
                    try await $0.query("select id, text from notes order by id")
                }
                var notes = Notes()
                notes.items = rows.map { row in Note(id: row.integer("id") ?? 0, text: row.text("text") ?? "") }
                return notes
            },
            Route(.post, "/acme/notes/{subscriber_id}", may: "acme.manage", "Write a note") { (new: NewNote, caller) in
                try await host.database.transaction { tx in
                    guard try await tx.subscriber(new.subscriberID, seenBy: caller) != nil else {
                        throw RouteError("not_found", status: 404, "There is no such subscriber.")
                    }
                    let rows = try await tx.query(
                        "insert into notes (subscriber_id, text, made_by) values ($1, $2, $3) returning id",
                        [.integer(new.subscriberID), .text(new.text), .text(caller.name)])
                    try await tx.enqueue("acme.tidy")
                    return Note(id: rows.first?.integer("id") ?? 0, text: new.text)
                }
            },
        ]
    }

    public var jobs: [PluginJob] {
        let host = host
        return [
            PluginJob("acme.tidy", "Remove notes of nobody", schedule: "30 3 * * *") { (_: Nothing, job) in
                let gone = try await host.database.transaction {
                    try await $0.query("delete from notes where subscriber_id = 0 returning 1").count
                }
                job.progress(Int64(gone), of: Int64(gone), "removed")
            }
        ]
    }

    public func hear(_ event: PluginEvent) async throws { host.log("\(event.topic) \(event.key)") }

    public var ui: PluginUI {
        PluginUI(
            nav: [.init("Notes", "/p/acme", permission: "acme.view")],
            pages: [
                .init(
                    "/p/acme", "Notes", permission: "acme.view", resource: "/plugins/acme/notes",
                    columns: [.init("id", "No.", format: .number), .init("text", "Note")])
            ],
            module: "plugin.js")
    }
}

struct Note: Record {
    var id: Int64 = 0
    var text = ""
    init() {}
    init(id: Int64, text: String) { (self.id, self.text) = (id, text) }
    static let fields: [Field<Self>] = [Field(\.id, "id"), Field(\.text, "text")]
}

struct Notes: Record {
    var items: [Note] = []
    static let fields: [Field<Self>] = [Field(\.items, "items")]
}

struct NewNote: Record {
    var subscriberID: Int64 = 0
    var text = ""
    static let fields: [Field<Self>] = [
        .required(\.subscriberID, "subscriber_id", "whom it is about", .range(1...Int64.max)),
        .required(\.text, "text", "what is to be known", .length(1...500)),
    ]
}
