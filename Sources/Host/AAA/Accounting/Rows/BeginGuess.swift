/// Whether a Start is taken for its session's first, whose row nobody need ask for. Where Starts reach two servers that
/// is often wrong, and each time costs the batch another run and PostgreSQL's log an error; so after some wrong guesses
/// none is made for a while. The clock is passed in, in milliseconds.
struct BeginGuess: Sendable {
    /// So many wrong ones, all within `together`, are followed by a `pause`.
    static let wrongAtMost = 3
    static let together: UInt64 = 60_000
    static let pause: UInt64 = 600_000

    private var wrong = 0
    private var firstAt: UInt64 = 0
    private var pausedUntil: UInt64 = 0

    func isMade(now: UInt64) -> Bool { now >= pausedUntil }

    mutating func wasWrong(now: UInt64) {
        if wrong == 0 || now >= firstAt + BeginGuess.together { (wrong, firstAt) = (0, now) }
        wrong += 1
        guard wrong >= BeginGuess.wrongAtMost else { return }
        wrong = 0
        pausedUntil = now + BeginGuess.pause
    }
}
