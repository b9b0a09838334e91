import AAA
import RADIUS
package import Store

/// Tells webhooks what they are owed: one thread also reads the change feed for them. Any number of servers do.
package final class WebhookCourier: Sendable {
    package typealias Opener = @Sendable (_ sealed: [UInt8], _ place: String) throws -> [UInt8]

    private let stopping: StopEvent
    private let threads: [WorkerThread]

    /// - identity: on a connection, to ask what a webhook's owner may see.
    package init(
        _ database: ConnectionSettings, sender: WebhookSender, open: @escaping Opener,
        identity: @escaping @Sendable (Connection) -> Identity, threads count: Int = 3,
        log: @escaping @Sendable (String) -> Void
    ) throws {
        let stopping = try StopEvent()
        self.stopping = stopping
        threads = (0..<count).map { number in
            WorkerThread("webhooks") {
                WebhookCourier.run(
                    database, stopping, log, reads: number == 0 ? identity : nil,
                    round: { try WebhookCourier.round(sender, open, $0) })
            }
        }
    }

    package func stop() {
        stopping.raise()
        for thread in threads { thread.join() }
    }

    private static func run(
        _ database: ConnectionSettings, _ stopping: StopEvent, _ log: @Sendable (String) -> Void,
        reads identity: (@Sendable (Connection) -> Identity)?, round: (Connection) throws -> Int
    ) {
        var isSaid = false
        var turn = 0
        repeat {
            do {
                let connection = try Connection(database)
                if identity != nil { try connection.listen(ChangeFeed.channel) }
                repeat {
                    if let identity {
                        // Once in ten minutes it notes how far it is even when nothing happened: the feed is not kept
                        // for ever.
                        _ = try WebhookFeed(connection: connection, identity: identity(connection))
                            .step(advances: turn % 600 == 0)
                    }
                    turn += 1
                    while try round(connection) > 0, !stopping.isRaised(waitingMilliseconds: 0) {}
                    isSaid = false
                    _ = try connection.notifications(waitingMilliseconds: 1000, wake: stopping.descriptor)
                } while !stopping.isRaised(waitingMilliseconds: 0)
            } catch {
                if !isSaid { log("webhooks are not told for now: \(error)") }
                isSaid = true
            }
        } while !stopping.isRaised(waitingMilliseconds: 1000)
    }

    /// Sends what is due; gives how many were tried.
    ///
    /// - now: microseconds since 1970; the database's time unless told.
    static func round(
        _ sender: WebhookSender, _ open: Opener, _ connection: Connection, now: Int64? = nil
    ) throws -> Int {
        let time = { try now ?? connection.query("select clock_timestamp()")[0].timestamp(0) }
        let taken = try WebhookDeliveries.take(connection, now: try time())
        if taken.isEmpty { return 0 }
        let allowsPrivate = try WebhookDeliveries.allowsPrivate(connection)
        for item in taken {
            let outcome = Result { () throws -> Int in
                let secret = try open(item.sealed, Webhooks.place(item.webhook))
                return try sender.send(
                    .init(id: item.id, topic: item.topic, payload: item.payload, url: item.url, secret: secret),
                    allowsPrivate: allowsPrivate)
            }
            switch outcome {
            case .success(let status) where (200..<300).contains(status):
                try WebhookDeliveries.delivered(item, status: status, connection, now: try time())
            case .success(let status):
                try WebhookDeliveries.failed(item, status: status, "it answered \(status)", connection, now: try time())
            case .failure(let error):
                let reason = (error as? RecordRefusal)?.message ?? "\(error)"
                try WebhookDeliveries.failed(item, status: nil, reason, connection, now: try time())
            }
        }
        return taken.count
    }
}
