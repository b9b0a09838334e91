package import Store

/// Seals secrets to their rows and opens them, under the operator's key.
package struct SecretBox: Sendable {
    package let seal: @Sendable (_ plain: [UInt8], _ place: String) throws -> [UInt8]
    package let open: @Sendable (_ sealed: [UInt8], _ place: String) throws -> [UInt8]

    package init(
        seal: @escaping @Sendable ([UInt8], String) throws -> [UInt8],
        open: @escaping @Sendable ([UInt8], String) throws -> [UInt8]
    ) {
        self.seal = seal
        self.open = open
    }

    package init(_ seal: Seal) {
        self.init(seal: { seal.seal($0, for: $1) }, open: { try seal.open($0, for: $1) })
    }
}
