package import PluginAPI
import RADIUS
import Threads

/// Gathers what `radius` notes beside accounting and logins, until the notes thread writes it. Bounded: what does not
/// fit is counted. Kept so small that a packet waits for nothing.
package final class Notebook: EventSink {
    package struct Page: Sendable {
        package var unknown: [IPAddress: UnknownSource] = [:]
        /// Packets of unknown sources that found no row of their own, by network.
        package var unknownOverflow: [IPPrefix: UInt64] = [:]
        package var macs: [Int64: MACAddress] = [:]
        package var latches: Set<Int64> = []
        /// What was last said of each alarm: its message, or nil when it is over.
        package var alarms: [AlarmName: String?] = [:]
        package var heard: [Int64: Int64] = [:]
        /// By which of its secrets each NAS was known, and when.
        package var current: [Int64: Int64] = [:]
        package var previous: [Int64: Int64] = [:]

        package var isEmpty: Bool {
            unknown.isEmpty && unknownOverflow.isEmpty && macs.isEmpty && latches.isEmpty && alarms.isEmpty
                && heard.isEmpty && current.isEmpty && previous.isEmpty
        }
    }

    package struct UnknownSource: Sendable {
        package var packets: UInt64
        package var identifier: String?
        package var code: UInt8
        package var first: Int64
        package var last: Int64
    }

    package struct AlarmName: Sendable, Hashable, Comparable {
        package var kind: AlarmKind
        package var subject: String

        package static func < (left: AlarmName, right: AlarmName) -> Bool {
            (left.kind.rawValue, left.subject) < (right.kind.rawValue, right.subject)
        }
    }

    private let page = Locked(Page())
    private let counters: Counters
    private let log: LoginLog
    /// Unknown sources kept between two writes: a flood fills no memory.
    static let unknownLimit = 10_000
    private static let alarmLimit = 1000

    package init(counters: Counters, log: LoginLog = LoginLog()) {
        self.counters = counters
        self.log = log
    }

    package func unknownSource(_ source: IPAddress, identifier: String?, code: UInt8, at: Int64) {
        page.withLock { page in
            if var known = page.unknown[source] {
                known.packets += 1
                known.last = at
                known.identifier = identifier ?? known.identifier
                known.code = code
                page.unknown[source] = known
            } else if page.unknown.count < Notebook.unknownLimit {
                page.unknown[source] = UnknownSource(
                    packets: 1, identifier: identifier, code: code, first: at, last: at)
            } else if let network = IPPrefix(address: source, length: source.isIPv4 ? 24 : 48),
                let key = IPPrefix(address: network.network, length: network.length)
            {
                page.unknownOverflow[key, default: 0] += 1
            }
        }
    }

    package func learned(_ mac: MACAddress, subscriber: Int64) { page.withLock { $0.macs[subscriber] = mac } }

    package func latched(nas: Int64) { _ = page.withLock { $0.latches.insert(nas) } }

    package func alarm(kind: AlarmKind, subject: String, message: String) {
        say(AlarmName(kind: kind, subject: subject), message)
    }

    package func cleared(kind: AlarmKind, subject: String) { say(AlarmName(kind: kind, subject: subject), nil) }

    private func say(_ alarm: AlarmName, _ message: String?) {
        let fits = page.withLock { page in
            guard page.alarms[alarm] != nil || page.alarms.count < Notebook.alarmLimit else { return false }
            page.alarms.updateValue(message, forKey: alarm)
            return true
        }
        if !fits { counters.add("notes_lost") }
    }

    /// What was noted since the last call.
    package func turn() -> Page {
        page.withLock { page in
            defer { page = Page() }
            return page
        }
    }

    /// A page that could not be written: it is kept under what was noted since, as far as there is room.
    package func putBack(_ old: Page) {
        page.withLock { page in
            let room = max(0, Notebook.unknownLimit - page.unknown.count)
            page.unknown.merge(old.unknown.prefix(room).map { ($0.key, $0.value) }) { new, old in
                UnknownSource(
                    packets: new.packets + old.packets, identifier: new.identifier ?? old.identifier, code: new.code,
                    first: old.first, last: new.last)
            }
            page.unknownOverflow.merge(old.unknownOverflow, uniquingKeysWith: +)
            page.macs.merge(old.macs) { new, _ in new }
            page.latches.formUnion(old.latches)
            page.alarms.merge(old.alarms) { new, _ in new }
            page.heard.merge(old.heard) { new, _ in new }
            page.current.merge(old.current) { new, _ in new }
            page.previous.merge(old.previous) { new, _ in new }
        }
    }
}
