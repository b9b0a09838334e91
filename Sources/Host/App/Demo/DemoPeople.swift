import Control
import PluginAPI
import Store

/// The demo's sixty customers.
enum DemoPeople {
    private static let first = [
        "anna", "boris", "carla", "david", "elena", "farid", "greta", "hamid", "ines", "jonas", "katya", "leon",
    ]
    private static let last = ["keller", "novak", "okafor", "rossi", "yilmaz"]

    /// `anna.keller` and so on: 60 names.
    static let names = last.flatMap { last in first.map { "\($0).\(last)" } }

    /// The last but one has expired, the last is disabled.
    static func isExpired(_ index: Int) -> Bool { index == names.count - 2 }
    static func isDisabled(_ index: Int) -> Bool { index == names.count - 1 }

    /// Every tenth has an address of its own, every tenth is bound to its device.
    static func fields(_ line: AccessLine, service: Int64) -> Records.Fields {
        var fields: Records.Fields = [
            ("service_id", .int(service)), ("full_name", .text(fullName(line.user))),
            ("is_active", .bool(!isDisabled(line.index))),
        ]
        if line.index % 10 == 3 { fields.append(("static_ip", .inet("203.0.113.\(line.index + 10)"))) }
        if line.index % 10 == 5 {
            fields += [("mac_address", .text(line.mac.description)), ("mac_binding", .text("bound"))]
        }
        // 2026-01-01, in microseconds.
        if isExpired(line.index) { fields.append(("expiry_date", .timestamp(1_767_225_600_000_000))) }
        return fields
    }

    private static func fullName(_ user: String) -> String {
        user.split(separator: ".").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
    }
}
