import Store

/// Times as the API gives them: ISO 8601 in UTC.
enum TimeJSON {
    /// - microseconds: since 1970.
    static func text(_ microseconds: Int64) -> String {
        // `2026-11-21 17:07:06.123456+00` as PostgreSQL has it.
        var text = Timestamp.text(microseconds)
        if let blank = text.firstIndex(of: " ") { text.replaceSubrange(blank...blank, with: "T") }
        if let plus = text.lastIndex(of: "+") { text = text[..<plus] + "Z" }
        return text
    }
}
