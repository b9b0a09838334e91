import Glibc
import PluginAPI
import Testing

@testable import RADIUS

@Suite(.serialized) struct UDPEndpointTests {
    static let loopbacks = [IPAddress("127.0.0.1")!, IPAddress("::1")!]

    @Test(arguments: loopbacks)
    func `a batch goes out and comes in, with both addresses told`(address: IPAddress) throws {
        let server = try UDPEndpoint(SourceAddress(address, port: 0))
        let client = try UDPEndpoint(SourceAddress(address, port: 0))
        #expect(server.address.address == address && server.address.port != 0)
        let batch = DatagramBatch()
        for index in 0..<64 {
            batch.nextBuffer![0] = UInt8(index)
            batch.append(length: index + 1, to: server.address, from: nil)
        }
        #expect(batch.nextBuffer == nil)
        #expect(client.send(batch) == 0)
        var seen = 0
        var drops: UInt32 = 0
        while seen < 64 {
            #expect(try server.wait(stop: nil, timeoutMilliseconds: 5000) == .readable)
            let count = try server.receive(into: batch, drops: &drops)
            for index in 0..<count {
                #expect(batch.bytes(index).count == seen + 1)
                #expect(batch.bytes(index)[0] == UInt8(seen))
                #expect(batch.peer(index) == client.address)
                #expect(batch.local(index).address == address)
                seen += 1
            }
        }
        #expect(drops == 0)
        #expect(try server.receive(into: batch, drops: &drops) == 0)
    }

    @Test(arguments: loopbacks)
    func `datagrams sent in runs arrive one by one, each to its peer, whole and in order`(address: IPAddress) throws {
        let server = try UDPEndpoint(SourceAddress(address, port: 0))
        let clients = try (0..<2).map { _ in try UDPEndpoint(SourceAddress(address, port: 0)) }
        let batch = DatagramBatch()
        // Of the first peer twenty of 20 bytes, one of 38, one of none; of the second thirty of 20 bytes.
        let lengths = [Array(repeating: 20, count: 20) + [38, 0], Array(repeating: 20, count: 30)]
        for (client, lengths) in zip(clients, lengths) {
            for (index, length) in lengths.enumerated() {
                batch.nextBuffer![0] = UInt8(index)
                batch.append(length: length, to: client.address, from: SourceAddress(address, port: 0))
            }
        }
        #expect(server.send(batch) == 0)
        #expect(batch.count == 0)
        var drops: UInt32 = 0
        for (client, lengths) in zip(clients, lengths) {
            var seen = 0
            while seen < lengths.count {
                try #require(try client.wait(stop: nil, timeoutMilliseconds: 5000) == .readable)
                for index in 0..<(try client.receive(into: batch, drops: &drops)) {
                    #expect(batch.bytes(index).count == lengths[seen])
                    #expect(lengths[seen] == 0 || batch.bytes(index)[0] == UInt8(seen))
                    #expect(batch.peer(index) == server.address)
                    seen += 1
                }
            }
            #expect(try client.receive(into: batch, drops: &drops) == 0)
        }
    }

    @Test func `a run that the kernel takes in no piece fails datagram by datagram, and the others pass`() throws {
        let server = try UDPEndpoint(SourceAddress(IPAddress("127.0.0.1")!, port: 0))
        let client = try UDPEndpoint(SourceAddress(IPAddress("127.0.0.1")!, port: 0))
        let batch = DatagramBatch()
        // Nothing is sent to port 0.
        for _ in 0..<3 { batch.append(length: 20, to: SourceAddress(client.address.address, port: 0), from: nil) }
        for _ in 0..<2 { batch.append(length: 20, to: client.address, from: nil) }
        #expect(server.send(batch) == 3)
        var drops: UInt32 = 0
        #expect(try client.wait(stop: nil, timeoutMilliseconds: 5000) == .readable)
        #expect(try client.receive(into: batch, drops: &drops) == 2)
    }

    @Test func `a reply leaves from the address that was asked, not the one the route prefers`() throws {
        let server = try UDPEndpoint(SourceAddress(IPAddress("0.0.0.0")!, port: 0))
        let client = try UDPEndpoint(SourceAddress(IPAddress("127.0.0.1")!, port: 0))
        let batch = DatagramBatch()
        let asked = SourceAddress(IPAddress("127.0.0.77")!, port: server.address.port)
        batch.append(length: 3, to: asked, from: nil)
        #expect(client.send(batch) == 0)
        var drops: UInt32 = 0
        #expect(try server.wait(stop: nil, timeoutMilliseconds: 5000) == .readable)
        #expect(try server.receive(into: batch, drops: &drops) == 1)
        let peer = batch.peer(0)
        let local = batch.local(0)
        #expect(local.address == asked.address)
        batch.count = 0
        batch.append(length: 5, to: peer, from: local)
        #expect(server.send(batch) == 0)
        #expect(try client.wait(stop: nil, timeoutMilliseconds: 5000) == .readable)
        #expect(try client.receive(into: batch, drops: &drops) == 1)
        #expect(batch.peer(0) == asked)
    }

    @Test func `an IPv6 socket for all addresses tells which was asked, and leaves IPv4 to another socket`() throws {
        let server = try UDPEndpoint(SourceAddress(IPAddress("::")!, port: 0))
        let other = try UDPEndpoint(SourceAddress(IPAddress("0.0.0.0")!, port: server.address.port))
        #expect(other.address.port == server.address.port)
        #expect(server.receiveBuffer > 4096)
        let client = try UDPEndpoint(SourceAddress(IPAddress("::1")!, port: 0))
        let batch = DatagramBatch()
        batch.append(length: 3, to: SourceAddress(IPAddress("::1")!, port: server.address.port), from: nil)
        #expect(client.send(batch) == 0)
        var drops: UInt32 = 0
        #expect(try server.wait(stop: nil, timeoutMilliseconds: 5000) == .readable)
        #expect(try server.receive(into: batch, drops: &drops) == 1)
        #expect(batch.local(0).address == IPAddress("::1"))
        #expect(batch.peer(0) == client.address)
    }

    @Test func `a datagram longer than a packet may be is seen to be`() throws {
        let server = try UDPEndpoint(SourceAddress(IPAddress("127.0.0.1")!, port: 0))
        let sender = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(sender) }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = server.address.port.bigEndian
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var bytes = [UInt8](repeating: 0, count: 6000)
        bytes[2] = 0x17
        bytes[3] = 0x70
        let sent = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(sender, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        #expect(sent == 6000)
        let batch = DatagramBatch()
        var drops: UInt32 = 0
        #expect(try server.wait(stop: nil, timeoutMilliseconds: 5000) == .readable)
        #expect(try server.receive(into: batch, drops: &drops) == 1)
        #expect(batch.bytes(0).count == DatagramBatch.bufferSize)
        #expect(dropReason(Array(batch.bytes(0))) == .tooLong)
    }

    @Test func `the kernel's count of lost datagrams is told`() throws {
        let server = try UDPEndpoint(SourceAddress(IPAddress("127.0.0.1")!, port: 0), receiveBuffer: 4096)
        let client = try UDPEndpoint(SourceAddress(IPAddress("127.0.0.1")!, port: 0))
        let batch = DatagramBatch()
        var drops: UInt32 = 0
        for _ in 0..<2 {
            for _ in 0..<64 { batch.append(length: 1000, to: server.address, from: nil) }
            _ = client.send(batch)
            while try server.receive(into: batch, drops: &drops) > 0 {}
        }
        #expect(drops > 0)
    }

    @Test func `a stop ends the waiting, also of those who come later`() throws {
        let server = try UDPEndpoint(SourceAddress(IPAddress("127.0.0.1")!, port: 0))
        let stop = try StopEvent()
        #expect(try server.wait(stop: stop, timeoutMilliseconds: 0) == .timedOut)
        stop.raise()
        #expect(try server.wait(stop: stop) == .stopped)
        #expect(try server.wait(stop: stop) == .stopped)
    }

    @Test func `a port that is taken is refused by name, and an adopted socket stays its owner's`() throws {
        let server = try UDPEndpoint(SourceAddress(IPAddress("127.0.0.1")!, port: 0))
        #expect(throws: UDPEndpoint.Failure(step: "opening a UDP socket at \(server.address)", code: EADDRINUSE)) {
            try UDPEndpoint(server.address)
        }
        do { #expect(try UDPEndpoint(adopting: server.descriptor).address == server.address) }
        #expect(fcntl(server.descriptor, F_GETFD) >= 0)
    }
}
