import Store

extension JobQueue {
    /// Writes down how a run ended.
    ///
    /// - random: 0 up to 1, for the wait before the next run.
    func end(_ run: JobRun, _ outcome: Result<String?, any Error>, patience: Int, now: Int64, random: Double) throws {
        let claim = run.claim
        // Its last word on progress; whether it is ours is found out below.
        _ = try renew(claim, run.progress, now: now)
        switch outcome {
        case .success(let result): try finish(claim, "done", result: result, error: nil, now: now)
        case .failure(let error):
            switch run.verdict ?? JobQueue.meaning(of: error) {
            case .lost: return
            case .cancelled: try finish(claim, "cancelled", result: nil, error: nil, now: now)
            case .interrupted: try giveBack(claim, now: now)
            case .failed(let reason): try finish(claim, "failed", result: nil, error: reason, now: now)
            case .again(let reason):
                let failures = try connection.query("select failures from jobs where id = $1", [.int(claim.id)])
                try fail(
                    claim.id, attempt: claim.attempt, failures: (failures.first?.int(0) ?? 0) + 1, patience: patience,
                    reason: reason, now: now, random: random)
            }
        }
    }

    /// What an error says about trying again.
    private static func meaning(of error: any Error) -> JobError {
        if let known = error as? JobError { return known }
        if let refusal = error as? RecordRefusal { return .failed(refusal.message) }
        if let store = error as? StoreError, store.kind == .refused || store.kind == .value {
            return .failed(store.message)
        }
        return .again("\(error)")
    }

    private func finish(_ claim: JobClaim, _ state: String, result: String?, error: String?, now: Int64) throws {
        try connection.query(
            """
            update jobs set state = $3, result = $4::jsonb, error = $5, finished_at = $6, updated_at = $6,
                            lease_until = null, locked_by = null
             where id = $1 and attempts = $2 and state = 'running'
            """,
            [
                .int(claim.id), .int(claim.attempt), .text(state), Parameter(result), Parameter(error), .timestamp(now),
            ])
    }

    private func giveBack(_ claim: JobClaim, now: Int64) throws {
        try connection.query(
            """
            update jobs set state = 'queued', next_at = $3, updated_at = $3, lease_until = null, locked_by = null
             where id = $1 and attempts = $2 and state = 'running'
            """, [.int(claim.id), .int(claim.attempt), .timestamp(now)])
    }
}
