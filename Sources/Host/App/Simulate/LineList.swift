import PluginAPI

/// Who is on the simulated lines.
enum LineList {
    /// From a file: `USER PASSWORD [MAC]` a line, divided by blanks or commas; `#` begins a comment. Throws `.refused`
    /// with the line that is not so.
    static func read(_ text: String, file: String) throws -> [AccessLine] {
        var lines: [AccessLine] = []
        for (number, row) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = row.prefix { $0 != "#" && $0 != "\r" }
            let words = content.split { $0 == " " || $0 == "\t" || $0 == "," }.map(String.init)
            if words.isEmpty { continue }
            let mac = words.count == 3 ? MACAddress(words[2]) : nil
            guard words.count == 2 || mac != nil else {
                throw CommandError.refused("\(file), line \(number + 1): it is not USER PASSWORD [MAC]")
            }
            lines.append(AccessLine(user: words[0], password: words[1], mac: mac, index: lines.count))
        }
        return lines
    }

    /// From patterns in which `#` stands for the number in seven digits, from 1 on. A name without one gets the number
    /// behind it.
    static func make(_ count: Int, user: String, password: String) -> [AccessLine] {
        let user = user.contains("#") ? user : user + "#"
        return (0..<count).map { index in
            let digits = String(index + 1)
            let number = String(repeating: "0", count: max(0, 7 - digits.count)) + digits
            return AccessLine(user: filled(user, number), password: filled(password, number), index: index)
        }
    }

    private static func filled(_ pattern: String, _ number: String) -> String {
        pattern.split(separator: "#", omittingEmptySubsequences: false).joined(separator: number)
    }
}
