/// Why a command ends without being done. Any other error thrown by a command is shown by its own description, as a
/// refusal.
enum CommandError: Error {
    /// Exit code 1: one sentence, what to do about it, and a code for scripts.
    case refused(String, hint: String? = nil, code: String = "refused")
    /// Exit code 2: what is wrong with the command line.
    case misused(String, hint: String? = nil)

    var message: String {
        switch self {
        case .refused(let message, _, _), .misused(let message, _): message
        }
    }

    var hint: String? {
        switch self {
        case .refused(_, let hint, _), .misused(_, let hint): hint
        }
    }

    var code: String {
        switch self {
        case .refused(_, _, let code): code
        case .misused: "misused"
        }
    }

    var exitCode: Int32 {
        switch self {
        case .refused: ExitCode.refused
        case .misused: ExitCode.misused
        }
    }
}
