import AAA
import EventLoop

/// Whether an emergency is on, as the running `radius` has it: for `doctor`, `/health` and the status command.
enum EmergencyReport {
    struct Entry {
        /// `everywhere` or `here`.
        let place: String
        let skip: EmergencySkip
    }

    /// Throws `.refused` when `radius` does not answer.
    static func lines(_ question: EmergencyQuestion, _ configuration: Configuration) throws -> [String] {
        do {
            return try LocalClient.ask(
                question.line, folder: DataFolder(configuration.data).runtime, name: RadiusProcess.socketName)
        } catch {
            throw CommandError.refused("\(error)", hint: "is the server running with this data folder?")
        }
    }

    static func ask(_ configuration: Configuration) throws -> [Entry] {
        entries(try lines(.status, configuration))
    }

    /// Reads the answer to a status.
    static func entries(_ lines: [String]) -> [Entry] {
        lines.compactMap { line in
            let parts = line.split(separator: "\t").map(String.init)
            guard parts.count == 3, let words = EmergencySkip.Words(text: parts[1]), let until = Int64(parts[2]) else {
                return nil
            }
            return Entry(place: parts[0], skip: EmergencySkip(words: words, until: until))
        }
    }

    static func sentence(_ entries: [Entry]) -> String {
        entries.map {
            "\($0.place): not checked are \($0.skip.words.list.joined(separator: ", ")), until \(UTCTime($0.skip.until))"
        }.joined(separator: "; ")
    }

    /// For `doctor`: throws while one is on; a server that does not run has none.
    static func finding(_ configuration: Configuration) throws -> String {
        guard let found = try? ask(configuration) else { return "not looked at, the server does not run" }
        guard found.isEmpty else {
            throw CommandError.refused(sentence(found), hint: "`tollkeeper emergency off` ends it")
        }
        return "none"
    }
}
