import Dictionary
import Glibc
import PluginAPI
import Testing

@testable import Generic

/// The packs of the source tree, read as the server reads them: by libxml2, checked by the schema.
enum PackSupport {
    private static let tree = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

    static func generic() throws -> Generic {
        try Generic(
            Context(
                files: { _ in ["cisco.xml", "huawei.xml", "juniper.xml", "nokia.xml", "rfc.xml"] },
                read: { try read(tree + "/Plugins/Generic/" + $0) },
                xml: { file, schema in
                    let bytes = try read(tree + "/Plugins/Generic/" + file)
                    let schema = try read(tree + "/dictionaries/" + (schema ?? ""))
                    return try XMLDocument.parse(bytes, name: file, schema: schema)
                }))
    }

    /// A pack from its text; what stands around the reply is given.
    static func pack(reply: String) throws -> Pack {
        let text = """
            <pack xmlns="urn:tollkeeper:pack:1" id="test" title="Test">
            <capabilities><address kind="ipv4"/></capabilities>
            <request><fact name="mac" attribute="Calling-Station-Id"/></request>
            <accounting/>
            <reply>
            \(reply)
            </reply>
            </pack>
            """
        let schema = try read(tree + "/dictionaries/tollkeeper-pack.xsd")
        let root = try XMLDocument.parse(Array(text.utf8), name: "test.xml", schema: schema)
        return try PackReader(file: "test.xml").pack(root)
    }

    static func read(_ path: String) throws -> [UInt8] {
        let stream = try #require(fopen(path, "r"), "\(path)")
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 { bytes += buffer[..<count] }
        return bytes
    }
}

/// 20 Mbit/s to the customer, 5 from him.
func homePlan(
    tier: String = "normal", down: String? = "20M", up: String? = "5M", _ parameters: [String: String] = [:],
    _ change: (inout Plan) -> Void = { _ in }
) -> Plan {
    var plan = Plan(service: "Home", tier: tier, tierPosition: 0)
    plan.down = down.flatMap { Rate($0) }.map { RateProfile($0) }
    plan.up = up.flatMap { Rate($0) }.map { RateProfile($0) }
    plan.parameters = parameters
    change(&plan)
    return plan
}
