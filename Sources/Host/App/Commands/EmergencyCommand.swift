import AAA
import EventLoop
import Glibc
import HTTP

/// `tollkeeper emergency`: leaves checks out for a while, so that a mistake elsewhere (an import, billing that stood
/// still) does not take the network down. The password is always checked.
enum EmergencyCommand {
    static let group = CommandGroup(
        "emergency", "let people in without some checks for a while; the password is always checked",
        verbs: [
            Verb("on", options: onOptions, on), Verb("off", options: offOptions, off),
            Verb("status", options: statusOptions, status),
        ])

    private static let local = Flag.bool(
        "local", "at this node alone, without the database; noted there when it is back")

    private static let onOptions = Options(
        "leave checks out",
        flags: [
            .value("skip", "CHECKS", "of expiry, mac, limit, divided by commas", isRequired: true),
            .value("for", "TIME", "30m, 4h; 24h at most", isRequired: true), local,
        ],
        notes:
            "In force on every node within a second, audited, and an alarm while it is on. It ends by itself. Each login"
            + " that needed it has `emergency: … skipped` in radius_logs. Sessions that it let in stay when it ends.")

    private static let offOptions = Options("make every check again", flags: [local])
    private static let statusOptions = Options("whether one is on, here and on all nodes")

    private static func on(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        guard let words = EmergencySkip.Words(text: parsed.value("skip") ?? "") else {
            throw CommandError.misused(
                "--skip `\(parsed.value("skip") ?? "")` is not made of expiry, mac and limit, each once",
                hint: "for example: --skip expiry,mac; the password can't be skipped")
        }
        guard let seconds = TimeText.seconds("+" + (parsed.value("for") ?? ""), now: 0),
            (1...EmergencySkip.longestSeconds).contains(seconds)
        else {
            throw CommandError.misused(
                "--for `\(parsed.value("for") ?? "")` is not a time of up to 24 hours", hint: "for example: --for 4h")
        }
        let actor = CommandDatabase.actor()
        let until: Int64
        if parsed.has("local") {
            let answer = try ask(.on(words, seconds: seconds, actor: actor), parsed, environment)
            until = Int64(answer.first ?? "") ?? 0
        } else {
            until = try withDatabase(parsed, environment) { try $0.start(words, seconds: seconds, actor: actor) }
        }
        environment.done(
            "not checked until \(UTCTime(until))\(parsed.has("local") ? " at this node" : ""): "
                + "\(words.list.joined(separator: ", ")). Passwords are. `tollkeeper emergency off"
                + "\(parsed.has("local") ? " --local" : "")` ends it")
        return ExitCode.done
    }

    private static func off(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        let actor = CommandDatabase.actor()
        let wasOn: Bool
        if parsed.has("local") {
            wasOn = try ask(.off(actor: actor), parsed, environment).first == "was on"
        } else {
            wasOn = try withDatabase(parsed, environment) { try $0.end(actor: actor) }
        }
        environment.done(wasOn ? "every check is made again" : "no emergency was on")
        return ExitCode.done
    }

    private static func status(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        let found = try EmergencyReport.ask(Configuration(parsed, environment))
        if environment.isJSON {
            let rows = found.map {
                JSON.object([
                    ("where", .text($0.place)), ("skips", .array($0.skip.words.list.map(JSON.text))),
                    ("until", .text(UTCTime($0.skip.until).description)),
                ])
            }
            environment.print(JSON.array(rows).text)
        } else {
            environment.print(found.isEmpty ? "no emergency is on" : EmergencyReport.sentence(found))
        }
        return ExitCode.done
    }

    private static func withDatabase<Value>(
        _ parsed: Parsed, _ environment: Environment, _ body: (EmergencyStore) throws -> Value
    ) throws -> Value {
        var result: Value?
        do {
            _ = try CommandDatabase.with(parsed, environment) { result = try body(EmergencyStore($0.connection)) }
        } catch {
            let known = error as? CommandError
            throw CommandError.refused(
                known?.message ?? "the database is not reached: \(error)",
                hint: [known?.hint, "for this node alone, without the database: --local"].compactMap(\.self)
                    .joined(separator: "; "))
        }
        guard let result else { throw CommandError.refused("nothing was changed") }
        return result
    }

    /// What stands behind `ok`.
    private static func ask(
        _ question: EmergencyQuestion, _ parsed: Parsed, _ environment: Environment
    ) throws -> [String] {
        let lines = try EmergencyReport.lines(question, Configuration(parsed, environment))
        let first = lines.first?.split(separator: "\t", maxSplits: 1).map(String.init) ?? []
        guard first.first == "ok" else {
            throw CommandError.refused(first.count > 1 ? first[1] : "`radius` does not know what an emergency is")
        }
        return Array(first.dropFirst())
    }
}
