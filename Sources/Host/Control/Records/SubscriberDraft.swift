import PluginAPI
import Store

/// A row of an import as it will be written, as far as it can be read.
struct SubscriberDraft {
    let line: Int
    private(set) var values: [String: Parameter] = [:]
    private(set) var password: SubscriberPassword?
    private(set) var username = ""
    /// What no other may have; nothing that is at fault already.
    private(set) var claims: [SubscriberClaim] = []

    /// What the API asks of the same: its fields by the names of an import's columns.
    private static let fields: [String: FieldDescription] = {
        let renamed = ["mac_address": "mac", "line_id": "line"]
        let all = SubscriberFields.all.inputs + [SubscriberFields.password, SubscriberFields.passwordKind]
        return Dictionary(uniqueKeysWithValues: all.map { (renamed[$0.name] ?? $0.name, $0) })
    }()

    /// - names: of the columns, as many as the row has fields.
    /// - services: ids by name.
    /// - fault: told the column, from 1 on, and what is wrong with it.
    init(
        _ row: CSVReader.Row, _ names: [String], _ services: [String: Int64], _ parseTime: (String) -> Int64?,
        fault: (Int, String) -> Void
    ) {
        line = row.line
        let kind = names.firstIndex(of: "password_kind").map { row.fields[$0] } ?? ""
        for (index, name) in names.enumerated() {
            let text = row.fields[index]
            if text.isEmpty, name != "username" { continue }
            do {
                try Self.check(name, text)
                switch name {
                case "username":
                    username = text
                    claims.append(.username(text))
                case "password_kind": break
                case "password":
                    // Of a kind that there is not, that alone is told.
                    guard kind.isEmpty || Self.faults("password_kind", kind).isEmpty else { break }
                    password = try SubscriberPassword(text, kind: kind.isEmpty ? "cleartext" : kind)
                default: try put(name, text, services, parseTime)
                }
            } catch {
                fault(index + 1, (error as? RecordRefusal)?.message ?? "\(error)")
            }
        }
        if case .text(let mac) = values["mac_address"], case .bool(true) = values["passwordless"] {
            claims.append(.login(mac))
        }
    }

    /// What the API would say of it. Times and switches have more forms here, and services go by name.
    private static func faults(_ name: String, _ text: String) -> [FieldError] {
        guard let field = fields[name], field.kind.wrapped != .bool else { return [] }
        return field.faults(in: .text(text))
    }

    private static func check(_ name: String, _ text: String) throws {
        if let fault = faults(name, text).first { throw RecordRefusal("\(name) \(fault.message)") }
    }

    private mutating func put(
        _ name: String, _ text: String, _ services: [String: Int64], _ parseTime: (String) -> Int64?
    ) throws {
        switch name {
        case "service":
            guard let id = services[text] else { throw RecordRefusal("there is no service `\(text)`") }
            values["service_id"] = .int(id)
        case "static_ip":
            guard let address = IPAddress(text) else { throw RecordRefusal("`\(text)` is not an IPv4 address") }
            values["static_ip"] = .inet(address.description)
            claims.append(.address(address))
        case "mac":
            guard let mac = MACAddress(text) else { throw RecordRefusal("`\(text)` is not a MAC") }
            values["mac_address"] = .text(mac.description)
        case "expires":
            guard let time = parseTime(text) else { throw RecordRefusal("`\(text)` is not a time such as 2026-12-31") }
            values["expiry_date"] = .timestamp(time * 1_000_000)
        case "active", "passwordless":
            guard let isOn = Self.switches[text.lowercased()] else {
                throw RecordRefusal("`\(text)` is neither on nor off")
            }
            values[name == "active" ? "is_active" : name] = .bool(isOn)
        case "line":
            values["line_id"] = .text(text)
            claims.append(.line(text))
        default: values[name] = .text(text)
        }
    }

    private static let switches = [
        "on": true, "yes": true, "true": true, "1": true, "off": false, "no": false, "false": false, "0": false,
    ]
}
