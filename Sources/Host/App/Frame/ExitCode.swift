/// What a command's end tells a script.
enum ExitCode {
    static let done: Int32 = 0
    /// The command was understood and could not be done; the reason is on standard error.
    static let refused: Int32 = 1
    /// The command line itself is wrong.
    static let misused: Int32 = 2
}
