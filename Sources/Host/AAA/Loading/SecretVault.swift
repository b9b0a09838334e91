/// Opens what is sealed in the database; each value is bound to its row and column (D16).
package struct SecretVault: Sendable {
    private let opener: @Sendable (_ sealed: [UInt8], _ place: String) throws -> [UInt8]

    package init(_ opener: @escaping @Sendable (_ sealed: [UInt8], _ place: String) throws -> [UInt8]) {
        self.opener = opener
    }

    package func open(_ sealed: [UInt8], _ table: String, _ id: Int64, _ column: String) throws -> [UInt8] {
        try opener(sealed, "\(table)/\(id)/\(column)")
    }
}
