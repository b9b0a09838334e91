import Glibc
import Testing
import Threads

@testable import HTTP

@Suite(.timeLimit(.minutes(1)))
struct EventTests {
    /// The streams that clients have opened.
    private final class Hub: Sendable {
        private let writers = Locked<[EventWriter]>([])
        let pings = PingClock(every: nil)

        var routes: [Route] {
            [
                .get("/events") { [self] _ in
                    EventWriter.response(pings: pings) { writer in self.writers.withLock { $0.append(writer) } }
                }
            ]
        }

        func keep(_ writer: EventWriter) { writers.withLock { $0.append(writer) } }
        var open: [EventWriter] { writers.withLock { $0 } }
        func dropAll() { writers.withLock { $0 = [] } }
    }

    private static let get = "GET /events HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test(arguments: [
        (ServerSentEvent(data: ""), "data: \n\n"),
        (ServerSentEvent(id: "7", name: "job", data: "{}"), "id: 7\nevent: job\ndata: {}\n\n"),
        (
            ServerSentEvent(id: "7\ndata: forged", name: "a\r\nb", data: "x"),
            "id: 7data: forged\nevent: ab\ndata: x\n\n"
        ),
        (ServerSentEvent(data: "one\ntwo\rthree"), "data: one\ndata: two\ndata: three\n\n"),
    ])
    func `an event is written so that no text of it becomes a field (HTML 9.2.6)`(event: ServerSentEvent, text: String)
    {
        #expect(String(decoding: event.bytes, as: UTF8.self) == text)
    }

    @Test func `events and pings arrive as they are sent`() throws {
        let hub = Hub()
        let server = try RawServer(hub.routes)
        let client = RawClient(server.port)
        client.send(EventTests.get)
        #expect(client.reads("retry: 3000\n\n"))
        let head = String(decoding: client.pending, as: UTF8.self)
        #expect(head.contains("Content-Type: text/event-stream\r\n"))
        #expect(head.contains("Cache-Control: no-store\r\n"))
        #expect(head.contains("X-Accel-Buffering: no\r\n"))
        hub.open.first?.send(ServerSentEvent(id: "1", data: "first"))
        #expect(client.reads("id: 1\ndata: first\n\n"))
        hub.pings.tick()
        #expect(client.reads("\r\n:\n\n\r\n"))
        hub.dropAll()
        #expect(client.reads("\r\n0\r\n\r\n"))
    }

    @Test func `a client that is too far behind is cut off; the others go on`() throws {
        let hub = Hub()
        let server = try RawServer(hub.routes)
        let (slow, quick) = (RawClient(server.port, receiveBuffer: 4096), RawClient(server.port))
        slow.send(EventTests.get)
        #expect(slow.reads("retry"))
        quick.send(EventTests.get)
        #expect(quick.reads("retry"))
        let writers = hub.open
        try #require(writers.count == 2)
        let event = ServerSentEvent(data: String(repeating: "x", count: 20_000))
        var sent = 0
        while writers[0].send(event), sent < 2000 { sent += 1 }
        #expect(sent < 2000)
        #expect(!writers[0].isOpen)
        #expect(writers[1].send(ServerSentEvent(data: "still there")))
        #expect(quick.reads("still there"))
    }

    @Test(arguments: [false, true])
    func `a client that has gone is seen at the next sweep, without an event or a ping`(onlyEndsItsSide: Bool) throws {
        let ends = Desk<Int>()
        let hub = Hub()
        let route = Route.get("/counted") { _ in
            EventWriter.response(pings: hub.pings, ended: { ends.put(1) }) { hub.keep($0) }
        }
        let server = try RawServer([route])
        let stays = RawClient(server.port)
        stays.send("GET /counted HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(stays.reads("retry"))
        var goes: RawClient? = RawClient(server.port)
        goes?.send("GET /counted HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(goes?.reads("retry") == true)
        #expect(server.server.figures.streams == 2)
        goes?.endSending()
        if !onlyEndsItsSide { goes = nil }
        server.server.sweep()
        #expect(try ends.next() == 1)
        #expect(server.server.figures.streams == 1)
        #expect(hub.open[0].isOpen && !hub.open[1].isOpen)
        hub.open[0].send(ServerSentEvent(data: "still there"))
        #expect(stays.reads("still there"))
        hub.dropAll()
        #expect(try ends.next() == 1)
    }

    @Test func `a stream that is never sent lets go of its end`() throws {
        final class Place: Sendable {
            let gone: Desk<Int>
            init(_ gone: Desk<Int>) { self.gone = gone }
            deinit { gone.put(1) }
        }
        let gone = Desk<Int>()
        let server = try RawServer([
            .get("/events") { _ in
                let place = Place(gone)
                return EventWriter.response(ended: { _ = place }) { _ in }
            }
        ])
        #expect(server.status("HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n") == 200)
        #expect(try gone.next() == 1)
    }

    @Test func `stopping ends event streams at once and in order`() async throws {
        let hub = Hub()
        let server = try RawServer(hub.routes)
        let clients = (0..<20).map { _ in RawClient(server.port) }
        for client in clients {
            client.send(EventTests.get)
            #expect(client.reads("retry"))
        }
        #expect(server.server.figures.streams == 20)
        let http = server.server
        let took = Locked(Duration.zero)
        await OwnThread.wait {
            let time = ContinuousClock().measure { http.stop() }
            took.withLock { $0 = time }
        }
        #expect(took.withLock { $0 } < .seconds(4))
        for client in clients { #expect(client.reads("\r\n0\r\n\r\n")) }
        #expect(server.server.figures.streams == 0)
    }

    /// Sanitizers keep books of their own about memory.
    private static let isSanitized = dlsym(nil, "__tsan_init") != nil || dlsym(nil, "__asan_init") != nil

    @Test(.enabled(if: !isSanitized))
    func `an event stream costs less than 40 KiB, so that 5,000 fit into 200 MB`() throws {
        let count = Int(getenv("TOLLKEEPER_TEST_STREAMS").flatMap { String(cString: $0) } ?? "") ?? 1000
        let hub = Hub()
        let server = try RawServer(hub.routes, settings: HTTPSettings(connections: 2 * count))
        // What the first connections cost once.
        let first = RawClient(server.port)
        first.send(EventTests.get)
        #expect(first.reads("retry"))
        let before = EventTests.residentBytes
        let clients = (0..<count).map { _ in RawClient(server.port) }
        for client in clients { client.send(EventTests.get) }
        for client in clients { #expect(client.reads("retry")) }
        hub.pings.tick()
        for client in clients { #expect(client.reads("\r\n:\n\n\r\n")) }
        let each = (EventTests.residentBytes - before) / count
        if count != 1000 { print("\(count) streams: \(each) bytes each, client's side included") }
        #expect(each < 40 << 10)
    }

    private static var residentBytes: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 200)
        fgets(&line, Int32(line.count), file)
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * sysconf(Int32(_SC_PAGESIZE))
    }
}
