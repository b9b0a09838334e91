package import PluginAPI
import Threads

/// Gathers what `radius` notes beside accounting, until the notes thread writes it. Bounded: what does not fit is
/// counted. Kept so small that a login waits for nothing.
package final class Notebook: EventSink {
    package struct Page: Sendable {
        package var logins: [LoginEvent] = []
        package var unknown: [IPAddress: UnknownSource] = [:]
        /// Packets of unknown sources that found no row of their own, by network.
        package var unknownOverflow: [IPPrefix: UInt64] = [:]
        package var macs: [Int64: MACAddress] = [:]
        package var latches: Set<Int64> = []
        package var alarms: [Alarm] = []
        package var heard: [Int64: Int64] = [:]

        package var isEmpty: Bool {
            logins.isEmpty && unknown.isEmpty && unknownOverflow.isEmpty && macs.isEmpty && latches.isEmpty
                && alarms.isEmpty && heard.isEmpty
        }
    }

    package struct UnknownSource: Sendable {
        package var packets: UInt64
        package var identifier: String?
        package var code: UInt8
        package var first: Int64
        package var last: Int64
    }

    package struct Alarm: Sendable, Hashable {
        package var kind: String
        package var subject: String
        package var message: String
    }

    private let page = Locked(Page())
    private let counters: Counters
    /// Logins kept between two writes, and unknown sources: a flood fills no memory.
    private static let loginLimit = 100_000
    private static let unknownLimit = 10_000

    package init(counters: Counters) { self.counters = counters }

    package func login(_ event: LoginEvent) {
        let kept = page.withLock { page in
            guard page.logins.count < Notebook.loginLimit else { return false }
            page.logins.append(event)
            return true
        }
        if !kept { counters.add("login_log_dropped") }
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

    package func alarm(kind: String, subject: String, message: String) {
        let alarm = Alarm(kind: kind, subject: subject, message: message)
        page.withLock { page in
            if !page.alarms.contains(alarm), page.alarms.count < 1000 { page.alarms.append(alarm) }
        }
    }

    package func heard(nas: Int64, at: Int64) { page.withLock { $0.heard[nas] = at } }

    /// What was noted since the last call.
    package func turn() -> Page {
        page.withLock { page in
            defer { page = Page() }
            return page
        }
    }
}
