/// The sources of the plugins that the tests load, built once each.
enum Fixtures {
    /// base <- middle <- top by needs, named so that the alphabet gives another order.
    static let chain = build(
        "Chain",
        """
        public protocol Greeter: Sendable { func greet() -> String }
        struct Hello: Greeter { func greet() -> String { "hello" } }
        public struct Top: Plugin {
            public static let manifest = Manifest(id: "top", title: "", version: "1", needs: ["middle"])
            let host: Context
            public init(_ host: Context) throws { self.host = host; host.log("starts") }
            public func stop() { host.log("stops") }
        }
        public struct Middle: Plugin {
            public static let manifest = Manifest(
                id: "middle", title: "", version: "1", needs: ["Greeter", "base"], uses: ["top", "absent"])
            let host: Context
            public init(_ host: Context) throws {
                self.host = host
                host.log("starts")
                host.log("was told " + (try host.service((any Greeter).self).greet()))
            }
            public func stop() { host.log("stops") }
        }
        public struct Base: Plugin, Services {
            public static let manifest = Manifest(id: "base", title: "", version: "1")
            let host: Context
            public init(_ host: Context) throws { self.host = host; host.log("starts") }
            public func stop() { host.log("stops") }
            public static let offers = [Service.name(of: (any Greeter).self)]
            public var services: [Service] { [Service((any Greeter).self, Hello())] }
        }
        """)

    static let faulty = build(
        "Faulty",
        """
        public struct Thrower: Plugin {
            public static let manifest = Manifest(id: "thrower", title: "", version: "1")
            public init(_ host: Context) throws { throw PluginError("the moon is not full") }
        }
        \(plugin("Needy", id: "needy", needs: ["thrower"]))
        \(plugin("Lonely", id: "lonely", needs: ["nowhere"]))
        \(plugin("Left", id: "left", needs: ["right"]))
        \(plugin("Right", id: "right", needs: ["left"]))
        """)

    static let tuned = build(
        "Tuned",
        """
        public struct Tuned: Plugin, Settings {
            public static let manifest = Manifest(id: "tuned", title: "", version: "1")
            public typealias Configuration = Tuning
            public init(_ host: Context) throws {
                let tuning = try host.settings(as: Tuning.self)
                host.log("speed \\(tuning.speed) name \\(tuning.name)")
                host.log("files " + (try host.files(in: "Packs").joined(separator: " ")))
                let xml = try host.xml("Packs/one.xml")
                let c = xml.first("c")
                host.log("xml \\(xml.name) b=\\(xml["b"] ?? "") c=\\(c?.text ?? "") line \\(c?.line ?? 0)")
                for name in ["../secret", "/etc/passwd", "Packs/../../x"] {
                    do { _ = try host.read(name) } catch { host.log("\\(error)") }
                }
            }
        }
        public struct Tuning: Record {
            public var speed = 1
            public var name = "anonymous"
            public init() {}
            public static let fields: [Field<Tuning>] = [
                Field(\\.speed, "speed", "how fast", .range(1...9)),
                Field(\\.name, "name", "who", .length(1...20)),
            ]
        }
        """)

    /// Declarations that are refused, each in a plugin of its own.
    static let wrong = build(
        "Wrong",
        """
        \(declaring("WrongRoute", "wrong-route", "Routes", #"var routes: [Route] { [Route(.get, "/other/x", may: "a.b", "") { (_: Nothing, _) in Nothing() }] }"#))
        \(declaring("WrongDoor", "wrong-door", "Routes", #"var routes: [Route] { [Route(.post, "/wrong-door/reload", may: "a.b", "") { (_: Nothing, _) in Nothing() }] }"#))
        \(declaring("WrongJob", "wrong-job", "Jobs", #"var jobs: [PluginJob] { [PluginJob("other.x", "") { (_: Nothing, _) in }] }"#))
        \(declaring("WrongRight", "wrong-right", "Permissions", #"static let permissions = [PluginPermission("Everything", "")]"#))
        \(declaring("WrongTopic", "wrong-topic", "Events", #"static let topics = ["all"]; public func hear(_ event: PluginEvent) async throws {}"#))
        \(declaring("WrongPage", "wrong-page", "Pages", #"var ui: PluginUI { PluginUI(nav: [.init("x", "/p/other")]) }"#))
        \(declaring("WrongModule", "wrong-module", "Pages", #"var ui: PluginUI { PluginUI(module: "none.js") }"#))
        \(declaring("WrongTables", "wrong-tables", "Migrations", ""))
        """)

    private static func declaring(_ name: String, _ id: String, _ capability: String, _ members: String) -> String {
        """
        public struct \(name): \(capability), Plugin {
            public static let manifest = Manifest(id: "\(id)", title: "", version: "1")
            public init(_ host: Context) throws {}
            \(members.isEmpty ? "" : "public " + members)
        }
        """
    }

    static func plugin(_ name: String, id: String, needs: [String] = []) -> String {
        """
        public struct \(name): Plugin {
            public static let manifest = Manifest(id: "\(id)", title: "", version: "1", needs: \(needs))
            public init(_ host: Context) throws {}
        }
        """
    }

    private static func build(_ name: String, _ source: String) -> String {
        do {
            return try PluginFactory.swift(name, source)
        } catch {
            preconditionFailure("the fixture \(name) does not compile: \(error)")
        }
    }
}
