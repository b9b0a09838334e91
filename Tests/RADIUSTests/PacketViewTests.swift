import PluginAPI
import Testing

@testable import RADIUS

@Suite struct PacketViewTests {
    static let malformed: [(String, DropReason)] = [
        ("", .tooShort),
        ("01 00 00 14 000000000000000000000000000000", .tooShort),
        ("01 00 00 13 00000000000000000000000000000000", .wrongLength),
        ("01 00 00 15 00000000000000000000000000000000", .wrongLength),
        ("01 00 10 01 00000000000000000000000000000000", .tooLong),
        ("01 00 FF FF 00000000000000000000000000000000", .tooLong),
        ("01 00 00 15 00000000000000000000000000000000 01", .wrongAttributeLength),
        ("01 00 00 16 00000000000000000000000000000000 01 00", .wrongAttributeLength),
        ("01 00 00 16 00000000000000000000000000000000 01 01", .wrongAttributeLength),
        ("01 00 00 16 00000000000000000000000000000000 01 03", .wrongAttributeLength),
        ("01 00 00 19 00000000000000000000000000000000 50 05 61 62 63", .malformedMessageAuthenticator),
        (
            "01 00 00 38 00000000000000000000000000000000 50 12 00000000000000000000000000000000"
                + "50 12 00000000000000000000000000000000", .malformedMessageAuthenticator
        ),
    ]

    @Test(arguments: malformed)
    func `a packet whose lengths do not fit is dropped with its reason (RFC 2865 3)`(
        text: String, reason: DropReason
    ) {
        #expect(dropReason(hex(text)) == reason)
    }

    @Test func `bytes after the packet's length are padding (RFC 2865 3)`() throws {
        let padded = Exchange.named("RFC 2865 7.1").request + [1, 2, 3]
        try withView(padded) { #expect($0.bytes.count == 56) }
    }

    @Test func `RFC 2865 7.3 as it is printed, with a State of length 16, is dropped`() {
        var bytes = Exchange.named("RFC 2865 7.3, the response").request
        bytes[bytes.count - 9] = 16
        #expect(dropReason(bytes) == .wrongAttributeLength)
    }

    @Test(arguments: Exchange.all)
    func `every request and reply of the vectors is read to its last byte`(exchange: Exchange) throws {
        for bytes in [exchange.request, exchange.reply] {
            try withView(bytes) { view in
                let attributes = view.attributes.reduce(into: [UInt8]()) { list, attribute in
                    list += [attribute.number, UInt8(attribute.value.count + 2)] + Array(attribute.value)
                }
                #expect(Array(bytes[..<20]) + attributes == bytes)
            }
        }
    }

    @Test(arguments: Exchange.all)
    func `a vector cut anywhere is dropped, and nothing beyond it is read`(exchange: Exchange) {
        for length in 0..<exchange.request.count {
            #expect(dropReason(Array(exchange.request[..<length])) != nil)
        }
    }

    @Test func `attributes inside Vendor-Specific are found, several in one (RFC 2865 5.26)`() throws {
        var request = RequestWriter(.accessRequest)
        request.append(26, hex("0000 0137 0B 04 6162 19 03 63"))
        let packet = try request.packet(secret: SharedSecret("s"))
        try withView(packet) { view in
            #expect(view.first(AttributeKey(25, vendor: 311)).map { Array($0) } == [0x63])
            #expect(view.first(.msCHAPChallenge).map { Array($0) } == [0x61, 0x62])
            #expect(
                view.flatAttributes.map { $0.key } == [
                    AttributeKey(80), AttributeKey(11, vendor: 311), AttributeKey(25, vendor: 311),
                ])
        }
    }

    @Test(arguments: [
        "", "00", "000001", "00000137", "00000137 0B", "00000137 0B 01", "00000137 0B 05 61", "00000000 0102",
    ])
    func `a Vendor-Specific that can't be taken apart comes whole`(text: String) throws {
        var request = RequestWriter(.accessRequest)
        request.append(26, hex(text))
        let packet = try request.packet(secret: SharedSecret("s"), signsMessage: false)
        try withView(packet) { view in
            #expect(view.flatAttributes.map { $0.key } == [AttributeKey(26)])
        }
    }

    static let layouts: [(String, UInt32, UInt32, String)] = [
        ("000001AD 00000102 6162", 429, 0x102, "6162"),
        ("00001FE4 0102 0006 6162", 8164, 0x102, "6162"),
        ("000012EE 0102 05 6162", 4846, 0x102, "6162"),
        ("000060B5 02 05 00 6162", 24757, 2, "6162"),
    ]

    @Test(arguments: layouts)
    func `a vendor's own layout of number and length is read`(
        value: String, vendor: UInt32, number: UInt32, expected: String
    ) {
        hex(value).withUnsafeBytes { bytes in
            var parts = VendorAttributeSequence(bytes)
            let part = parts.next()
            #expect(part?.key == AttributeKey(number, vendor: vendor))
            #expect(part.map { Array($0.value) } == hex(expected))
            #expect(parts.next().map { $0.key } == nil)
        }
    }

    @Test func `random bytes never bring the reader down, and what it takes is consistent`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...120, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if bytes.count >= 20, Bool.random() {
                bytes[2] = 0
                bytes[3] = UInt8(bytes.count)
            }
            _ = dropReason(bytes) { view in
                let sum = view.attributes.reduce(20) { $0 + 2 + $1.value.count }
                #expect(sum == view.bytes.count)
                for attribute in view.flatAttributes { _ = Array(attribute.value) }
            }
        }
    }
}
