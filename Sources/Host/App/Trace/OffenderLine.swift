import AAA
import PluginAPI

/// Travels over the local socket as `offenders TAB number`.
struct OffendersQuestion {
    var top: Int

    init(top: Int) { self.top = top }

    /// nil when the line asks for something else.
    init?(line: String) {
        let parts = line.split(separator: "\t").map(String.init)
        guard parts.count == 2, parts[0] == "offenders", let top = Int(parts[1]), (1...10_000).contains(top) else {
            return nil
        }
        self.top = top
    }

    var line: String { "offenders\t\(top)" }
}

/// One offender as a line of nine columns, divided by tabs. The name stands last: it is the routers' to choose, so it may
/// hold anything but what ends a line.
struct OffenderLine {
    let count: UInt64
    /// How many more it may have been.
    let uncertain: UInt64
    let reason: String
    let mac: String
    let nasID: Int64
    let nas: String
    let firstSecondsAgo: UInt64
    let lastSecondsAgo: UInt64
    let name: String

    init(_ offender: Offender, nas: String?, now: UInt64) {
        count = offender.count
        uncertain = offender.uncertain
        reason = offender.reason.rawValue
        mac = offender.mac?.description ?? ""
        nasID = offender.nasID
        self.nas = OffenderLine.printable(nas ?? "")
        firstSecondsAgo = (now - min(now, offender.first)) / 1000
        lastSecondsAgo = (now - min(now, offender.last)) / 1000
        name = OffenderLine.printable(offender.name)
    }

    /// nil for a line of another shape.
    init?(text: String) {
        let parts = text.split(separator: "\t", maxSplits: 8, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 9, let count = UInt64(parts[0]), let uncertain = UInt64(parts[1]),
            let nasID = Int64(parts[4]), let first = UInt64(parts[6]), let last = UInt64(parts[7])
        else { return nil }
        self.count = count
        self.uncertain = uncertain
        reason = parts[2]
        mac = parts[3]
        self.nasID = nasID
        nas = parts[5]
        firstSecondsAgo = first
        lastSecondsAgo = last
        name = parts[8]
    }

    var text: String {
        ["\(count)", "\(uncertain)", reason, mac, "\(nasID)", nas, "\(firstSecondsAgo)", "\(lastSecondsAgo)", name]
            .joined(separator: "\t")
    }

    /// Control characters, which a terminal would obey, as `?`.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }
}
