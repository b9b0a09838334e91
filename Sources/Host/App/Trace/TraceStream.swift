import AAA
import Dictionary
import EventLoop
import PluginAPI

/// Sends live exchanges to who asked for a trace: both packets decoded, secrets masked, the time of each step.
enum TraceStream {
    static func start(
        _ question: TraceQuestion, _ hub: TraceHub, _ dictionary: AttributeDictionary, _ reply: LocalReply
    ) {
        let stop = hub.listen(user: question.user, nas: question.nas) { event in
            for line in lines(event, dictionary) { reply.write(line) }
        }
        reply.onClose { stop() }
    }

    private static func lines(_ event: TraceHub.Event, _ dictionary: AttributeDictionary) -> [String] {
        let times = event.times
        let steps =
            times.total > 0
            ? " in \(times.total) us (admit \(times.admit), decide \(times.decide), reply \(times.reply))" : ""
        return ["\(UTCTime(Moment.now().wall)) \(event.nas) \(event.peer): \(event.outcome)\(steps)"]
            + packet(event.request, dictionary, "  ") + packet(event.reply, dictionary, "  -> ") + [""]
    }

    private static func packet(_ bytes: [UInt8], _ dictionary: AttributeDictionary, _ indent: String) -> [String] {
        guard bytes.count >= 20 else { return bytes.isEmpty ? [] : ["\(indent)\(bytes.count) bytes, no packet"] }
        let length = min(bytes.count, Int(bytes[2]) << 8 | Int(bytes[3]))
        let head = "\(indent)\(PacketCode(rawValue: bytes[0])) id \(bytes[1]) length \(length)"
        guard length > 20 else { return [head] }
        return [head]
            + dictionary.decode(attributes: Array(bytes[20..<length])).map { "\(indent)    \(masked($0))" }
    }

    /// Password material that no dictionary marks as secret is masked too.
    private static func masked(_ attribute: DecodedAttribute) -> String {
        let secrets = ["User-Password", "CHAP-Password", "MS-CHAP-Response", "MS-CHAP2-Response", "MS-CHAP-MPPE-Keys"]
        return secrets.contains(attribute.name) ? "\(attribute.name) = ***" : attribute.line
    }
}
