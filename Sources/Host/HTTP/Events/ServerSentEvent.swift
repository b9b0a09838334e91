/// One event as it goes over the wire (HTML Living Standard, 9.2.6).
package struct ServerSentEvent: Sendable {
    /// Encoded once, for any number of clients.
    let bytes: [UInt8]

    /// - id: for Last-Event-ID; without line breaks and NUL, which are left out.
    /// - data: any text; its lines become one `data:` line each.
    package init(id: String? = nil, name: String? = nil, data: String) {
        var text = ""
        if let id { text += "id: \(ServerSentEvent.line(id))\n" }
        if let name { text += "event: \(ServerSentEvent.line(name))\n" }
        // By unit: in Swift a CR with its LF is one character.
        let lines = data.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" }
        for line in lines { text += "data: \(Substring(line))\n" }
        bytes = Array((text + "\n").utf8)
    }

    private init(raw: String) { bytes = Array(raw.utf8) }

    /// Shows that the connection lives; clients pass it over.
    static let ping = ServerSentEvent(raw: ":\n\n")

    /// How long a client waits before it connects again.
    static func retry(milliseconds: Int) -> ServerSentEvent { ServerSentEvent(raw: "retry: \(milliseconds)\n\n") }

    private static func line(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\n" && $0 != "\r" && $0.value != 0 }))
    }
}
