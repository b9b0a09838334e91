import Glibc
import PluginAPI
import Testing

@testable import RADIUS

/// The lines of a file in Tests/Vectors, cut at their bars; comments and empty lines left out.
func vectors(_ name: String, file: String = #filePath) -> [[String]] {
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
    guard let stream = fopen("\(folder)/Vectors/\(name)", "r") else { fatalError("no vectors \(name)") }
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    while case let unit = getc(stream), unit != EOF { bytes.append(UInt8(truncatingIfNeeded: unit)) }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
        .map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).map { field in
                String(field.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
        }
}

/// The bytes of a hexadecimal text; blanks may stand between.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap { $0.hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// Sixteen bytes from a hexadecimal text.
func block(_ text: String) -> Bytes16 { Bytes16(hex(text))! }

/// One request and its reply.
struct Exchange: CustomTestStringConvertible, Sendable {
    let title: String
    let secret: SharedSecret
    let request: [UInt8]
    let reply: [UInt8]

    var testDescription: String { title }

    static let all = vectors("exchanges.txt").map { line in
        Exchange(title: line[0], secret: SharedSecret(line[1]), request: hex(line[2]), reply: hex(line[3]))
    }

    static func named(_ prefix: String) -> Exchange { all.first { $0.title.hasPrefix(prefix) }! }
}

/// Reads a packet for the time of `body`.
func withView<R>(_ bytes: [UInt8], _ body: (PacketView) throws -> R) throws -> R {
    try bytes.withUnsafeBytes { try body(PacketView($0)) }
}

/// Why a datagram is dropped; nil when it is taken.
func dropReason(_ bytes: [UInt8], _ body: (PacketView) throws(DropReason) -> Void = { _ in }) -> DropReason? {
    bytes.withUnsafeBytes { raw in
        do throws(DropReason) {
            try body(PacketView(raw))
            return nil
        } catch {
            return error
        }
    }
}

/// Writes and signs a reply to a request.
func reply(
    _ code: UInt8, to request: [UInt8], secret: SharedSecret, signsMessage: Bool? = nil,
    _ body: (inout ReplyWriter) throws -> Void = { _ in }
) throws -> [UInt8] {
    try withView(request) { view in
        try withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { room in
            var writer = try ReplyWriter(.init(rawValue: code), to: view, into: room, signsMessage: signsMessage)
            try body(&writer)
            let length = writer.sign(with: secret)
            return Array(room[..<length])
        }
    }
}
