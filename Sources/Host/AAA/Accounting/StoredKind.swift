package import PluginAPI

/// Keeps a `RecordKind` as a byte. The enumeration is a plugin's too and may grow: a struct that holds one is copied
/// whole, by a call, wherever one of its fields is read (a tenth of an accounting record's cost).
@propertyWrapper
package struct StoredKind: Sendable, Hashable {
    private var code: UInt8

    package init(wrappedValue: RecordKind) { code = StoredKind.code(wrappedValue) }

    package var wrappedValue: RecordKind {
        get {
            switch code {
            case 1: .service
            case 2: .host
            default: .session
            }
        }
        set { code = StoredKind.code(newValue) }
    }

    private static func code(_ kind: RecordKind) -> UInt8 {
        switch kind {
        case .session: 0
        case .service: 1
        case .host: 2
        @unknown default: 0
        }
    }
}
