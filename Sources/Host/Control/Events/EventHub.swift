import AAA
import RADIUS
package import Store
import Threads

/// Tells clients what happens: one reader of the database for all of them. Events that come from the change feed have its
/// cursor as their id, so a client that says what it heard last goes on there, on any node, after any restart. Others
/// (sessions, logins, figures) are of the moment: what happens while nobody listens is not told.
package final class EventHub: Sendable {
    /// A client's place in the hub.
    package final class Subscription: Sendable {
        private let listener: EventListener
        fileprivate init(_ listener: EventListener) { self.listener = listener }

        /// The client is gone: nothing more is given to it.
        package func cancel() { listener.end() }
    }

    private let crowd = EventCrowd()
    private let thread: WorkerThread
    private let bell: Mailbox<Bool>

    /// - recheck: the principals as they may act now; nil for one who may no longer (`EventRights`). Asked when rights or
    ///   sessions changed, every five seconds at most, and once a minute.
    package init(
        _ database: ConnectionSettings, recheck: @escaping @Sendable (Connection, [Principal]) throws -> [Principal?],
        log: @escaping @Sendable (String) -> Void
    ) {
        let bell = Mailbox<Bool>(limit: 1)
        self.bell = bell
        let crowd = crowd
        thread = WorkerThread("events") { EventHub.run(crowd, database, bell, recheck, log) }
    }

    /// Listens to topics; one that ends with `*` means all that begin so. Throws a refusal naming a topic that there is
    /// none of.
    ///
    /// - lastEventID: of the last event that the client saw.
    /// - sink: takes an event without waiting; false when the client is gone. Called on the hub's thread.
    /// - ended: the client's stream is to be closed.
    package func subscribe(
        _ topics: [String], _ principal: Principal, lastEventID: String? = nil,
        ended: @escaping @Sendable () -> Void = {},
        sink: @escaping @Sendable (_ id: String, _ name: String, _ json: String) -> Bool
    ) throws -> Subscription {
        for topic in topics where !EventTopic.isKnown(topic) {
            throw RecordRefusal("there is no topic `\(topic)`", code: "unknown_topic")
        }
        let listener = EventListener(topics, principal, lastEventID: lastEventID, sink: sink, ended: ended)
        crowd.add(listener)
        _ = bell.put(true)
        return Subscription(listener)
    }

    package var count: Int { crowd.count }

    /// Ends every stream.
    package func stop() {
        bell.close()
        thread.join()
        crowd.endAll()
    }

    private static func run(
        _ crowd: EventCrowd, _ database: ConnectionSettings, _ bell: Mailbox<Bool>,
        _ recheck: @escaping @Sendable (Connection, [Principal]) throws -> [Principal?],
        _ log: @Sendable (String) -> Void
    ) {
        var isSaid = false
        repeat {
            do {
                let connection = try Connection(database)
                try connection.listen(ChangeFeed.channel)
                var pump = try EventPump(crowd, connection, recheck)
                if isSaid { log("events are told again") }
                isSaid = false
                while true {
                    try pump.step(now: UInt64(Moment.microseconds()))
                    _ = try connection.notifications(waitingMilliseconds: 1000, wake: bell.descriptor)
                    if bell.take(most: 1, waitingMilliseconds: 0) == nil { return }
                }
            } catch {
                if !isSaid { log("no events are told for now: \(error)") }
                isSaid = true
            }
        } while bell.take(most: 1, waitingMilliseconds: 1000) != nil
    }
}
