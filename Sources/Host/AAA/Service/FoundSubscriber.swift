import RADIUS

/// Whom the tables know for a request, and by what. Valid as long as the room that the record was copied to.
struct FoundSubscriber {
    var record: SubscriberRecord?
    var identity = LoginIdentity.name
}
