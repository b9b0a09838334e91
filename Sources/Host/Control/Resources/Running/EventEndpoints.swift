import HTTP
import PluginAPI
import Store

/// What happens, told as it happens.
enum EventEndpoints {
    static func all(_ house: House) -> [Endpoint] {
        [
            Endpoint(
                .get, "/events", .may("events.view"),
                "Server-sent events of these topics, as far as the caller may see what they are about"
            ) { call in
                guard let hub = house.events else {
                    throw Problem(503, "no_events", "Events are not told at the moment.")
                }
                let topics = call.inputs.texts("topics") ?? []
                if topics.isEmpty {
                    throw Problem(422, "invalid", "Name a topic.", fields: [("topics", "must name one")])
                }
                // A refusal is told now; inside the stream it could only be a broken connection.
                for topic in topics where !EventTopic.isKnown(topic) {
                    throw Problem(
                        422, "invalid", "There is no topic \(topic).", fields: [("topics", "has an unknown one")])
                }
                let (principal, last) = (
                    call.principal, call.request.header("last-event-id") ?? call.inputs.text("last_event_id")
                )
                let seat = EventSeat(try EventEndpoints.ticket(house.eventPlaces, principal))
                return .response(
                    EventWriter.response(ended: { seat.leave() }) { writer in
                        EventEndpoints.follow(hub, topics, principal, last, writer, seat, house.log)
                    })
            }
            .query(
                FieldDescription(
                    name: "topics", kind: .list(.text), text: "`subscriber.changed`, `job.42`, `session.*` …",
                    isRequired: true, constraints: [.length(1...100)]),
                FieldDescription(
                    name: "last_event_id", kind: .text,
                    text: "go on behind this event, as the header Last-Event-ID does",
                    constraints: [.length(1...10_000)])
            )
            .output(.events)
            .errors(tooMany)
        ]
    }

    private static let tooMany = RouteError("too_many_streams", status: 429, "the account holds all the streams it may")

    private static func ticket(_ places: AccountPlaces, _ principal: Principal) throws(Problem) -> AccountPlaces.Ticket
    {
        if let ticket = places.ticket(for: principal) { return ticket }
        throw Problem(
            429, tooMany.code, "One account may hold \(places.limit) event streams at once; end one of them first.",
            headers: [(name: "Retry-After", value: "5")])
    }

    /// The writer is kept by the subscription, and the subscription by the hub: the stream lasts until either side ends.
    private static func follow(
        _ hub: EventHub, _ topics: [String], _ principal: Principal, _ last: String?, _ writer: EventWriter,
        _ seat: EventSeat, _ log: @Sendable (String) -> Void
    ) {
        do {
            let subscription = try hub.subscribe(
                topics, principal, lastEventID: last, ended: { writer.end() },
                sink: { id, name, json in writer.send(ServerSentEvent(id: id, name: name, data: json)) })
            seat.take(subscription)
        } catch {
            log("an event stream could not begin: \(error)")
            writer.end()
        }
    }
}
