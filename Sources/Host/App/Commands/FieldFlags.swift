import Control
import PluginAPI
import Store

/// How a flag becomes a column: its flag, the column, and how its text is read. An empty value clears the column.
struct FieldFlag: Sendable {
    enum Shape: Sendable {
        case text
        case number(ClosedRange<Int>)
        /// Bits per second: `20M`.
        case rate
        case address, prefix, mac
        /// One address, or a network.
        case prefixOrAddress
        /// `2026-12-31`, `2026-12-31T23:59:59Z`, or `never`.
        case time
        case choice([String])
        /// `on` or `off`.
        case onOff
        /// Words with commas between.
        case list
        /// 16 hex digits.
        case interfaceID
    }

    let flag: Flag
    let column: String
    let shape: Shape

    init(_ name: String, _ what: String, _ column: String, _ shape: Shape, _ meaning: String, isTier: Bool = false) {
        // A tier's flags may come again after each --tier.
        flag = isTier ? .repeatable(name, what, meaning) : .value(name, what, meaning)
        self.column = column
        self.shape = shape
    }

    /// The column's value; throws `.misused` that names the flag, the value and what fits.
    func parameter(_ text: String) throws -> Parameter {
        switch shape {
        case .list:
            let words = text.split(separator: ",").map { String($0.trimmingBlanks()) }
            return .textArray(words.filter { !$0.isEmpty })
        case .onOff:
            guard let isOn = ["on": true, "yes": true, "off": false, "no": false][text] else {
                throw wrong(text, "`on` or `off`")
            }
            return .bool(isOn)
        default: break
        }
        if text.isEmpty || (text == "never" || text == "none") { return .null }
        return try value(text)
    }

    private func value(_ text: String) throws -> Parameter {
        switch shape {
        case .text: return .text(text)
        case .number(let range):
            guard let number = Int(text), range.contains(number) else {
                throw wrong(text, "a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return .int(Int64(number))
        case .rate:
            guard let rate = Rate(text), rate.bitsPerSecond > 0 else { throw wrong(text, "a rate such as 20M or 512k") }
            return .int(Int64(rate.bitsPerSecond))
        case .address:
            guard let address = IPAddress(text) else { throw wrong(text, "an IP address") }
            return .inet(address.description)
        case .prefix, .prefixOrAddress:
            guard let prefix = IPPrefix(text) else {
                throw wrong(text, "an address or a prefix such as 2001:db8::/56")
            }
            guard !prefix.hasHostBits else {
                throw wrong(text, "a network; did you mean \(prefix.network)/\(prefix.length)?")
            }
            return .inet(prefix.description)
        case .mac:
            guard let mac = MACAddress(text) else { throw wrong(text, "a MAC such as 00:11:22:33:44:55") }
            return .text(mac.description)
        case .time:
            guard let seconds = TimeText.seconds(text) else {
                throw wrong(text, "a time such as 2026-12-31, 2026-12-31T18:00:00Z or +30d")
            }
            return .timestamp(seconds * 1_000_000)
        case .choice(let words):
            guard words.contains(text) else { throw wrong(text, words.joined(separator: ", ")) }
            return .text(text)
        case .interfaceID:
            let digits = text.filter { $0 != ":" }.compactMap { $0.hexDigitValue }
            guard digits.count == 16 else { throw wrong(text, "16 hex digits") }
            return .bytes(stride(from: 0, to: 16, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
        case .onOff, .list: return .null
        }
    }

    private func wrong(_ text: String, _ wanted: String) -> CommandError {
        .misused("--\(flag.name) `\(text)` is not \(wanted)")
    }
}

extension [FieldFlag] {
    /// Columns of the flags that were given, in the table's order.
    func fields(_ parsed: Parsed) throws -> Records.Fields {
        var fields: Records.Fields = []
        for field in self {
            let given = parsed.values(field.flag.name)
            if given.count > 1 { throw CommandError.misused("--\(field.flag.name) is given twice") }
            if let text = given.first { fields.append((field.column, try field.parameter(text))) }
        }
        return fields
    }
}

extension Substring {
    fileprivate func trimmingBlanks() -> Substring {
        var text = drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return text
    }
}
