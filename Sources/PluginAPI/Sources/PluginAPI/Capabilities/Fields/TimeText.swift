/// Times and dates as they travel: ISO 8601 (RFC 3339), with a zone for times.
enum TimeText {
    /// `2026-11-21T14:03:00Z`, with a fraction or an offset if need be.
    static func isTime(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 35, isDate(String(text.prefix(10))),
            bytes[10] == 84 || bytes[10] == 116,
            let hour = number(bytes, 11), hour < 24, bytes[13] == 58, let minute = number(bytes, 14), minute < 60,
            bytes[16] == 58, let second = number(bytes, 17), second < 60
        else { return false }
        var at = 19
        if bytes[at] == 46 {
            at += 1
            let first = at
            while at < bytes.count, (48...57).contains(bytes[at]) { at += 1 }
            guard at > first, at - first <= 9 else { return false }
        }
        return isZone(bytes[at...])
    }

    private static func isZone(_ zone: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(zone)
        if bytes == [90] || bytes == [122] { return true }
        guard bytes.count == 6, bytes[0] == 43 || bytes[0] == 45, let hours = number(bytes, 1), hours < 15,
            bytes[3] == 58, let minutes = number(bytes, 4), minutes < 60
        else { return false }
        return true
    }

    /// `2026-11-21`, a day that there is, from year 1 on.
    static func isDate(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == 45, bytes[7] == 45, let century = number(bytes, 0),
            let rest = number(bytes, 2), let month = number(bytes, 5), let day = number(bytes, 8),
            (1...12).contains(month), day >= 1, century * 100 + rest > 0
        else { return false }
        let year = century * 100 + rest
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return day <= [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// Two digits.
    private static func number(_ bytes: [UInt8], _ at: Int) -> Int? {
        guard (48...57).contains(bytes[at]), (48...57).contains(bytes[at + 1]) else { return nil }
        return Int(bytes[at] - 48) * 10 + Int(bytes[at + 1] - 48)
    }
}
