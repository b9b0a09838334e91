import Testing
import Threads

@testable import HTTP

@Suite(.timeLimit(.minutes(1)))
struct StreamTests {
    private static let get = "GET /s HTTP/1.1\r\nHost: a\r\n\r\n"

    /// A route whose body `produce` writes on a thread of its own.
    private static func route(_ produce: @escaping @Sendable (any BodyWriter) -> Void) -> Route {
        .get("/s") { _ in
            .streaming(type: "text/csv") { writer in OwnThread.run { produce(writer) } }
        }
    }

    @Test func `a stream that its producer drops unfinished is broken off, not ended`() throws {
        let server = try RawServer([StreamTests.route { _ = $0.write(Array("half".utf8)) }])
        let answer = server.send(Array(StreamTests.get.utf8))
        #expect(!answer.contains("\r\n0\r\n"))
        let refused = try RawServer([StreamTests.route { $0.finish(completely: false) }])
        #expect(!refused.send(Array(StreamTests.get.utf8)).contains("\r\n0\r\n"))
    }

    @Test func `a long stream arrives whole, in chunks, and the connection goes on (RFC 9112 7.1)`() throws {
        let server = try RawServer([
            StreamTests.route { writer in
                for line in 0..<20_000 { if !writer.write(Array("line \(line)\n".utf8)) { return } }
                writer.finish(completely: true)
            }
        ])
        let client = RawClient(server.port)
        for _ in 0..<2 {
            client.send(StreamTests.get)
            let answer = client.answer()
            #expect(answer.contains("Transfer-Encoding: chunked\r\n"))
            #expect(answer.contains("line 19999\n"))
            #expect(answer.hasSuffix("\r\n0\r\n\r\n"))
        }
        client.send("HEAD /s HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.answer(isHead: true).hasPrefix("HTTP/1.1 200 "))
    }

    @Test func `a producer that pauses is waited for`() throws {
        let next = Signal()
        let server = try RawServer([
            StreamTests.route { writer in
                for word in ["one", "two", "three"] {
                    _ = writer.write(Array(word.utf8))
                    _ = next.wait(milliseconds: 10_000)
                }
                writer.finish(completely: true)
            }
        ])
        let client = RawClient(server.port)
        client.send(StreamTests.get)
        for word in ["one", "two", "three"] {
            #expect(client.reads(word))
            next.give()
        }
        #expect(client.reads("\r\n0\r\n\r\n"))
    }

    @Test func `what waits for a client who does not read is bounded; the producer waits, and all arrives in order`() {
        let stream = BodyStream(isEndless: false)
        let piece = [UInt8](repeating: 1, count: 64 << 10)
        for _ in 0..<(BodyStream.limit / piece.count) { #expect(stream.offer(piece)) }
        let steps = Desk<String>()
        OwnThread.run {
            _ = stream.write([2])
            steps.put("written")
        }
        var buffer = [UInt8](repeating: 0, count: BodyStream.limit)
        let take = { (count: Int) in
            buffer.withUnsafeMutableBytes {
                stream.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<count]))
            }
        }
        // The producer goes on when half has been read, and not before there is room.
        #expect(take(BodyStream.limit / 2) == BodyStream.limit / 2)
        #expect((try? steps.next()) == "written")
        #expect(take(BodyStream.limit) == BodyStream.limit / 2 + 1)
        #expect(buffer[BodyStream.limit / 2] == 2)
        // Who does not wait is told that there is no room, and the stream is over.
        for _ in 0..<(BodyStream.limit / piece.count) { #expect(stream.offer(piece)) }
        #expect(!stream.offer([3]))
        #expect(!stream.isOpen)
    }

    @Test func `a slow reader gets all of a body that is larger than what may wait for him`() throws {
        let hasEnded = Signal()
        let server = try RawServer([
            StreamTests.route { writer in
                let piece = [UInt8](repeating: 120, count: 64 << 10)
                for _ in 0..<512 { if !writer.write(piece) { return } }
                writer.finish(completely: true)
                hasEnded.give()
            }
        ])
        let client = RawClient(server.port, receiveBuffer: 4096)
        client.send(StreamTests.get)
        #expect(client.reads("\r\n\r\n"))
        #expect(client.countToLastChunk() > 32 << 20)
        #expect(hasEnded.wait(milliseconds: 5000))
    }

    @Test func `a producer learns that its client has gone`() throws {
        let result = Locked<Bool?>(nil)
        let hasEnded = Signal()
        let server = try RawServer([
            StreamTests.route { writer in
                let piece = [UInt8](repeating: 120, count: 64 << 10)
                while writer.write(piece) {}
                result.withLock { $0 = writer.isOpen }
                hasEnded.give()
            }
        ])
        do {
            let client = RawClient(server.port)
            client.send(StreamTests.get)
            #expect(client.reads("xxx"))
        }
        #expect(hasEnded.wait(milliseconds: 10_000))
        #expect(result.withLock { $0 } == false)
        #expect(server.status("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n") == 404)
    }

    @Test func `stopping breaks off a stream that does not end in time`() async throws {
        var settings = HTTPSettings()
        settings.stopTimeout = .zero
        let hasEnded = Signal()
        let server = try RawServer(
            [
                StreamTests.route { writer in
                    while writer.write(Array("on and on ".utf8)) {}
                    hasEnded.give()
                }
            ], settings: settings)
        let client = RawClient(server.port)
        client.send(StreamTests.get)
        #expect(client.reads("on and on"))
        let http = server.server
        await OwnThread.wait { http.stop() }
        #expect(hasEnded.wait(milliseconds: 5000))
        #expect(client.isClosed)
    }

    @Test func `pieces are taken in order, whatever the sizes`() {
        var queue = PieceQueue()
        var expected: [UInt8] = []
        var found: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 100)
        for round in 0..<500 {
            let piece = (0..<(round * 7 % 90)).map { UInt8(truncatingIfNeeded: round &+ $0) }
            queue.add(piece)
            expected += piece
            let size = round * 13 % 60
            let count = buffer.withUnsafeMutableBytes {
                queue.take(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<size]))
            }
            found += buffer[..<count]
        }
        while queue.count > 0 {
            let count = buffer.withUnsafeMutableBytes { queue.take(into: $0) }
            found += buffer[..<count]
        }
        #expect(found == expected)
    }
}
