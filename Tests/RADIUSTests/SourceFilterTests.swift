import PluginAPI
import Testing

@testable import RADIUS

@Suite(.serialized) final class SourceFilterTests {
    let server: UDPEndpoint
    let batch = DatagramBatch()
    var drops: UInt32 = 0

    init() throws { server = try UDPEndpoint(SourceAddress(IPAddress("127.0.0.1")!, port: 0)) }

    /// Sends so many from there and says how many are in the queue then.
    private func arrive(_ count: Int, from source: String, at server: UDPEndpoint? = nil) throws -> Int {
        let server = server ?? self.server
        let client = try UDPEndpoint(SourceAddress(IPAddress(source)!, port: 0))
        for _ in 0..<count {
            batch.append(length: 20, to: server.address, from: nil)
            // A filter that refuses is no failure to the sender: UDP may lose any.
            #expect(client.send(batch) == 0)
        }
        var seen = 0
        while case let some = try server.receive(into: batch, drops: &drops), some > 0 { seen += some }
        batch.count = 0
        return seen
    }

    private func sources(_ list: String...) -> SourceIntervals { SourceIntervals(list.map { IPPrefix($0)! }) }

    @Test func `unknown sources are refused, addresses and networks that are known pass`() throws {
        #expect(try !server.filter(sources("127.0.0.7", "127.1.0.0/16", "2001:db8::/32")))
        // One in 256 passes: 40 of 1000 would be a chance of 1 in 10^26.
        #expect(try arrive(1000, from: "127.0.0.8") < 40)
        #expect(try arrive(1000, from: "127.2.0.1") < 40)
        #expect(try arrive(60, from: "127.0.0.7") == 60)
        #expect(try arrive(60, from: "127.1.255.255") == 60)
        let refused = try #require(server.queue).drops
        #expect((1900...2000).contains(refused), "the kernel counts what a filter refuses among the drops")
        #expect(drops <= refused)
    }

    @Test func `an IPv6 socket is filtered by all of the address`() throws {
        let server = try UDPEndpoint(SourceAddress(IPAddress("::1")!, port: 0))
        #expect(try !server.filter(sources("::2", "127.0.0.0/8")))
        #expect(try arrive(1000, from: "::1", at: server) < 40)
        #expect(try !server.filter(sources("::2", "::1")))
        #expect(try arrive(60, from: "::1", at: server) == 60)
    }

    @Test func `of a thinned source the kernel lets a part in, and all of the others`() throws {
        let thinned = FilterProgram.Thinned(source: IPAddress("127.0.0.7")!, kept: UInt32(FilterProgram.whole / 4))
        _ = try server.filter(.everywhere, thinned: [thinned])
        // Within seven standard deviations.
        #expect((154...346).contains(try arrive(1000, from: "127.0.0.7")))
        #expect(try arrive(60, from: "127.0.0.8") == 60)
    }

    @Test func `a filter takes the place of the one before, and ends`() throws {
        _ = try server.filter(sources("127.0.0.7"))
        _ = try server.filter(sources("127.0.0.8"))
        #expect(try arrive(1000, from: "127.0.0.7") < 40)
        try server.unfilter()
        #expect(try arrive(60, from: "127.0.0.7") == 60)
        try server.unfilter()
    }

    @Test(arguments: [900, 5000])
    func `the kernel takes a list of many`(count: Int) throws {
        _ = try server.filter(
            SourceIntervals(
                FilterProgramTests.scattered(count, isIPv4: true) + FilterProgramTests.scattered(50, isIPv4: false)
                    + [IPPrefix("127.0.0.7")!]))
        #expect(try arrive(60, from: "127.0.0.7") == 60)
    }

    @Test func `a queue says how full it is`() throws {
        let small = try UDPEndpoint(SourceAddress(IPAddress("127.0.0.1")!, port: 0), receiveBuffer: 65_536)
        #expect(try #require(small.queue) == UDPEndpoint.Queue(fill: 0, drops: 0))
        for _ in 0..<10 {
            for _ in 0..<64 { batch.append(length: 200, to: small.address, from: nil) }
            _ = server.send(batch)
        }
        let queue = try #require(small.queue)
        #expect(queue.fill > 0.9 && queue.drops > 0)
    }
}
