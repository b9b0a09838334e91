import Store
import Support
import Testing
import Threads

@testable import Control
@testable import HTTP

@Suite struct AccountPlacesTests {
    private static func principal(_ id: Int64, token: Int64, kind: Principal.Kind = .operator) -> Principal {
        Principal(
            kind: kind, id: id, name: "p", permissions: ["events.view"], scope: .house, credential: .token(token))
    }

    /// How many one can still have.
    private static func free(_ places: AccountPlaces, _ principal: Principal) -> Int {
        var taken: [AccountPlaces.Ticket] = []
        while taken.count <= places.limit, let ticket = places.ticket(for: principal) { taken.append(ticket) }
        defer { for ticket in taken { ticket.giveBack() } }
        return taken.count
    }

    @Test func `an account has its places over all its tokens, and no one else's`() {
        let places = AccountPlaces(limit: 2)
        let own = (1...2).map { places.ticket(for: AccountPlacesTests.principal(1, token: $0)) }
        #expect(own.allSatisfy { $0 != nil })
        #expect(places.ticket(for: AccountPlacesTests.principal(1, token: 3)) == nil)
        #expect(places.ticket(for: AccountPlacesTests.principal(2, token: 4)) != nil)
        #expect(places.ticket(for: AccountPlacesTests.principal(1, token: 5, kind: .customer)) != nil)
        // Given back once, however often that is said.
        own[0]?.giveBack()
        own[0]?.giveBack()
        #expect(AccountPlacesTests.free(places, AccountPlacesTests.principal(1, token: 1)) == 1)
        // Let go of, it is given back too.
        _ = places.ticket(for: AccountPlacesTests.principal(1, token: 1))
        #expect(AccountPlacesTests.free(places, AccountPlacesTests.principal(1, token: 1)) == 1)
    }

    @Test func `one event stream more than an account may hold is 429 with Retry-After; an end frees its place`() throws
    {
        let desk = try APIDesk()
        let hub = EventHub(desk.database.settings, recheck: { $1 }, log: { _ in })
        defer { hub.stop() }
        let places = AccountPlaces(limit: 2)
        let house = House(
            seal: desk.house.seal, open: desk.house.open, dictionary: desk.house.dictionary, clock: desk.house.clock,
            steadyClock: desk.house.steadyClock,
            exports: desk.house.exports, version: "test", log: { _ in }, events: hub, eventPlaces: places)
        let endpoint = try #require(EventEndpoints.all(house).first)
        let principal = AccountPlacesTests.principal(1, token: 1)
        func ask() throws -> Response {
            let request = Request(method: "GET", path: "/api/v1/events", query: "topics=job.*")
            let call = Call(
                request: request, caller: principal, connection: desk.connection,
                inputs: try InputReader(endpoint: endpoint).read(request), version: nil)
            return try #require(try endpoint.run(call).response)
        }
        var held = [try ask(), try ask()]
        let problem = #expect(throws: Problem.self) { try ask() }
        #expect(problem?.status == 429 && problem?.code == "too_many_streams")
        #expect(problem?.headers.contains { $0.name == "Retry-After" } == true)
        #expect(OpenAPI.document([endpoint], version: "1").text.contains("too_many_streams"))
        held[0].streamEnded?()
        #expect(AccountPlacesTests.free(places, principal) == 1)
        held[0] = try ask()
        // Never sent, for its client went first.
        held.removeAll()
        #expect(AccountPlacesTests.free(places, principal) == 2)
    }

    @Test func `who is gone is no listener of the hub any more, even when he goes while he comes`() throws {
        let desk = try APIDesk()
        let hub = EventHub(desk.database.settings, recheck: { $1 }, log: { _ in })
        defer { hub.stop() }
        for comesFirst in [true, false] {
            let ticket = try #require(AccountPlaces(limit: 1).ticket(for: AccountPlacesTests.principal(1, token: 1)))
            let seat = EventSeat(ticket)
            let isEnded = TestClient()
            let listen = {
                seat.take(
                    try hub.subscribe(
                        ["job.*"], AccountPlacesTests.principal(1, token: 1),
                        ended: { isEnded.isEnded.withLock { $0 = true } }, sink: { _, _, _ in true }))
            }
            if comesFirst { try listen() }
            seat.leave()
            if !comesFirst { try listen() }
            #expect(isEnded.isEnded.withLock { $0 })
        }
    }
}
