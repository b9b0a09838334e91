import Store

/// The kinds of record that operators keep, and where each is.
package enum RecordKindOf: Sendable {
    case service, nas, subscriber

    /// As the command line says it.
    var noun: String {
        switch self {
        case .service: "service"
        case .nas: "nas"
        case .subscriber: "subscriber"
        }
    }

    var word: String { self == .nas ? "NAS" : noun }

    var table: String {
        switch self {
        case .service: "services"
        case .nas: "nas_devices"
        case .subscriber: "subscribers"
        }
    }

    /// Whose rows they are.
    var scoped: ScopedKind {
        switch self {
        case .service: .service
        case .nas: .nas
        case .subscriber: .subscriber
        }
    }

    var nameColumn: String { self == .subscriber ? "username" : "name" }

    /// Set when the record is taken out of use.
    var retiredColumn: String { self == .service ? "archived_at" : "deleted_at" }

    /// A broken constraint in words.
    func refusal(of error: StoreError, name: String) -> RecordRefusal {
        switch error.constraint {
        case "subscribers_username", "services_name", "nas_devices_name":
            RecordRefusal("there is a \(word) `\(name)` already", hint: "choose another name", code: "name_taken")
        case "nas_devices_ip":
            RecordRefusal(
                "another NAS has this address",
                hint: "give both a --identifier to tell them apart, or remove the other", code: "address_taken")
        case "subscribers_line":
            RecordRefusal("another subscriber is known by this line", code: "line_taken")
        case "subscribers_mac_login":
            RecordRefusal("another subscriber logs in by this MAC", code: "mac_taken")
        default: RecordRefusal(error.message, code: "conflict")
        }
    }
}
