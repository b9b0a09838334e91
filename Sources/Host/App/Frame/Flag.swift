/// One option of a command: `--name VALUE`, or `--name` alone.
struct Flag: Sendable {
    enum Shape: Sendable, Equatable {
        /// `--json`: there or not.
        case bool
        /// `--port 1812`, `--port=1812`: at most once.
        case value(String)
        /// `--reply 'A = b' --reply 'C = d'`: any number of times, in order.
        case repeatable(String)
    }

    /// Without the two dashes.
    let name: String
    let shape: Shape
    let meaning: String
    /// Refused when missing.
    let isRequired: Bool

    static func bool(_ name: String, _ meaning: String) -> Flag {
        Flag(name: name, shape: .bool, meaning: meaning, isRequired: false)
    }

    /// `what` is the placeholder shown in help: `PORT`.
    static func value(_ name: String, _ what: String, _ meaning: String, isRequired: Bool = false) -> Flag {
        Flag(name: name, shape: .value(what), meaning: meaning, isRequired: isRequired)
    }

    static func repeatable(_ name: String, _ what: String, _ meaning: String, isRequired: Bool = false) -> Flag {
        Flag(name: name, shape: .repeatable(what), meaning: meaning, isRequired: isRequired)
    }

    /// How help shows it: `--auth-port PORT`.
    var usage: String {
        switch shape {
        case .bool: "--\(name)"
        case .value(let what): "--\(name) \(what)"
        case .repeatable(let what): "--\(name) \(what) …"
        }
    }
}
