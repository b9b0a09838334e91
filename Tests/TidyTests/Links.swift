/// The links of a Markdown text that lead to files of the checkout.
enum Links {
    /// What stands in `](…)`, without the part after `#`; links to the web and within the page are not among them.
    static func read(_ text: String) -> [String] {
        var found: [String] = []
        for line in text.split(separator: "\n") {
            var rest = line[...]
            while let open = rest.firstRange(of: "]("), let close = rest[open.upperBound...].firstIndex(of: ")") {
                let target = rest[open.upperBound..<close].prefix { $0 != "#" && $0 != " " }
                if !target.isEmpty, !target.contains("://"), !target.hasPrefix("mailto:") {
                    found.append(String(target))
                }
                rest = rest[close...]
            }
        }
        return found
    }

    /// The path from the root that a link of a file means.
    static func resolve(_ target: String, from file: String) -> String {
        var parts = file.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": if !parts.isEmpty { parts.removeLast() }
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}
