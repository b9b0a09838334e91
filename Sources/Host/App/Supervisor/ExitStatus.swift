/// How a process ended.
enum ExitStatus: Equatable, CustomStringConvertible {
    case exited(Int32)
    case killed(signal: Int32)

    /// From the number that waitpid gives.
    init(_ status: Int32) {
        let signal = status & 0x7f
        self = signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal: signal)
    }

    var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .killed(let signal): "signal \(signal)"
        }
    }
}

extension ExitStatus {
    /// Whether the process said that it can't do what it is asked to.
    var isRefusal: Bool { self == .exited(ExitCode.refused) || self == .exited(ExitCode.misused) }
}
