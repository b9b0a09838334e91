/// A stream as its producer holds it: when the producer lets go of it unfinished, the body is broken off.
final class StreamWriter: BodyWriter {
    private let stream: BodyStream

    init(_ stream: BodyStream) { self.stream = stream }

    deinit { stream.finish(completely: false) }

    func write(_ bytes: [UInt8]) -> Bool { stream.write(bytes) }
    func offer(_ bytes: [UInt8]) -> Bool { stream.offer(bytes) }
    func finish(completely: Bool) { stream.finish(completely: completely) }
    var isOpen: Bool { stream.isOpen }
}
