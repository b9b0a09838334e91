import HTTP

/// `NAME=VALUE` pairs as the JSON object a `parameters` column holds.
enum ParameterText {
    static func json(_ pairs: [String]) throws -> String {
        let members = try pairs.map { pair -> (String, JSON) in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw CommandError.misused("--parameter `\(pair)` is not NAME=VALUE")
            }
            return (String(parts[0]), parts[1].isEmpty ? .null : .text(String(parts[1])))
        }
        return JSON.object(members).text
    }
}
