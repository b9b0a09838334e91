/// What a trace is to show; travels over the local socket as `trace TAB user TAB nas`, either empty for any.
struct TraceQuestion: Sendable {
    var user: String?
    var nas: String?

    init(user: String?, nas: String?) {
        self.user = user
        self.nas = nas
    }

    /// nil when the line asks for something else.
    init?(line: String) {
        let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == "trace" else { return nil }
        self.init(user: parts[1].isEmpty ? nil : parts[1], nas: parts[2].isEmpty ? nil : parts[2])
    }

    var line: String { "trace\t\(user ?? "")\t\(nas ?? "")" }
}
