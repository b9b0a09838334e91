/// A job that was taken to be run.
package struct JobClaim: Sendable, Hashable {
    package let id: Int64
    package let kind: String
    /// Which run it is; what an older one writes is refused.
    package let attempt: Int
    package let actor: Actor
    /// JSON text of an object.
    package let json: String
    /// The values of that object: text as it is, anything else as JSON text; null is left out.
    package let arguments: [String: String]
    /// What an earlier run left.
    package let checkpoint: String?
    package let progress: JobProgress
}

/// How far a job is.
package struct JobProgress: Sendable, Hashable {
    package var done: Int64 = 0
    package var total: Int64?
    package var message: String?
    package var rowsOK: Int64 = 0
    package var rowsFailed: Int64 = 0

    package init(
        done: Int64 = 0, total: Int64? = nil, message: String? = nil, rowsOK: Int64 = 0, rowsFailed: Int64 = 0
    ) {
        self.done = done
        self.total = total
        self.message = message
        self.rowsOK = rowsOK
        self.rowsFailed = rowsFailed
    }
}
