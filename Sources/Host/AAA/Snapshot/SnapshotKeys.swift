/// Where the keys of snapshot files come from: the operator's key file (D16).
package struct SnapshotKeys: Sendable {
    package typealias Deriver =
        @Sendable (_ count: Int, _ label: String, _ salt: [UInt8], _ keyID: UInt16?) throws -> (
            id: UInt16, bytes: [UInt8]
        )

    private let deriver: Deriver
    private static let label = "tollkeeper snapshot 1"
    private static let materialLength = 36

    /// - Parameter deriver: `Seal.derive`, of the current key when no id is given.
    package init(_ deriver: @escaping Deriver) { self.deriver = deriver }

    func material(salt: [UInt8], keyID: UInt16?) throws -> (id: UInt16, bytes: [UInt8]) {
        try deriver(SnapshotKeys.materialLength, SnapshotKeys.label, salt, keyID)
    }
}
