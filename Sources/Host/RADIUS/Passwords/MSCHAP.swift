import CCrypto
import PluginAPI

/// The arithmetic that both versions of MS-CHAP share (RFC 2433, RFC 2759).
package enum MSCHAP {
    /// A response of 24 bytes.
    package struct Response: Sendable, Hashable {
        private var first: UInt64 = 0
        private var second: UInt64 = 0
        private var third: UInt64 = 0

        /// DES of an 8-byte challenge under the NT hash, three times (RFC 2759 section 8.5).
        package init(challenge: UInt64, ntHash: Bytes16) {
            ntHash.withUnsafeBytes { hash in
                withUnsafeTemporaryAllocation(byteCount: 21, alignment: 1) { keys in
                    keys.copyMemory(from: hash)
                    for index in 16..<21 { keys[index] = 0 }
                    first = Response.des(keys, 0, challenge)
                    second = Response.des(keys, 7, challenge)
                    third = Response.des(keys, 14, challenge)
                    wipe(keys)
                }
            }
        }

        /// The first 24 of `bytes`.
        package init(_ bytes: UnsafeRawBufferPointer) {
            first = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
            second = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            third = bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        }

        package func matches(_ other: Response) -> Bool {
            (first ^ other.first) | (second ^ other.second) | (third ^ other.third) == 0
        }

        package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
            Swift.withUnsafeBytes(of: self, body)
        }

        package var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

        private static func des(_ keys: UnsafeMutableRawBufferPointer, _ offset: Int, _ challenge: UInt64) -> UInt64 {
            var cipher: UInt64 = 0
            Swift.withUnsafeBytes(of: challenge) { clear in
                tk_des(keys.baseAddress! + offset, clear.baseAddress, &cipher)
            }
            return cipher
        }
    }

    /// The hash of the NT hash, which MPPE keys and the server's proof start from.
    static func hashOfHash(_ ntHash: Bytes16) -> Bytes16 { ntHash.withUnsafeBytes { MD4.digest($0) } }
}

/// A refusal as MS-CHAP tells it: the Access-Reject's MS-CHAP-Error (RFC 2548 section 2.1.5).
package struct MSCHAPError: Sendable, Hashable {
    /// Windows' error numbers (RFC 2759 section 6).
    package enum Code: Int, Sendable, Hashable {
        case restrictedLogonHours = 646
        case accountDisabled = 647
        case passwordExpired = 648
        case noDialInPermission = 649
        case authenticationFailure = 691
        case changingPassword = 709
    }

    /// The identifier of the response that is refused.
    package var identifier: UInt8
    package var code: Code
    /// 1 or 2; a second version's message tells a new challenge and the version (RFC 2759 section 6).
    package var version: Int
    /// The challenge to retry with; no retry is offered (R=0), so it is only for form.
    package var challenge: Bytes16

    package init(identifier: UInt8, code: Code = .authenticationFailure, version: Int, challenge: Bytes16 = .random()) {
        self.identifier = identifier
        self.code = code
        self.version = version
        self.challenge = challenge
    }

    /// The refusal of a request by its MS-CHAP attributes, for a check that comes after the password's; nil when it
    /// has none.
    package init?(refusing request: PacketView, code: Code) {
        if let response = request.first(AttributeKey.msCHAP2Response), let identifier = response.first {
            self.init(identifier: identifier, code: code, version: 2)
        } else if let response = request.first(AttributeKey.msCHAPResponse), let identifier = response.first {
            self.init(identifier: identifier, code: code, version: 1)
        } else {
            return nil
        }
    }

    /// `E=691 R=0`, and for version 2 `E=691 R=0 C=<32 digits> V=3`.
    package var message: String {
        let text = "E=\(code.rawValue) R=0"
        return version == 1 ? text : text + " C=" + Hex.text(challenge.bytes) + " V=3"
    }

    package func append(to reply: inout ReplyWriter) throws(DropReason) {
        let value = [identifier] + Array(message.utf8)
        try value.span.withUnsafeBytes { (bytes) throws(DropReason) in
            try reply.append(vendor: Microsoft.vendor, Microsoft.chapError, bytes)
        }
    }
}
