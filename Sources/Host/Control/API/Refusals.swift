import HTTP
import PluginAPI
import Store

/// What each refusal and failure becomes for a client: the one table.
enum Refusals {
    /// nil for what is a fault of ours: logged, and 500. Nothing of the house's addresses is in it unless it is for
    /// one of the house.
    static func problem(_ error: any Error, isHouse: Bool = false) -> Problem? {
        switch error {
        case let problem as Problem: problem
        case let refusal as RecordRefusal: problem(refusal)
        case let refusal as IdentityRefusal: problem(refusal)
        case let faults as FieldErrors:
            problem(FieldErrors(Array(faults.errors.prefix(InputReader.mostFaults))))
        case let error as RouteError: Problem(error.status, error.code, error.message)
        case let error as StoreError: problem(error, isHouse)
        default: nil
        }
    }

    private static func problem(_ faults: FieldErrors) -> Problem {
        Problem(
            422, "invalid", faults.description + ".", fields: faults.errors.map { (name: $0.field, text: $0.message) })
    }

    private static func problem(_ refusal: RecordRefusal) -> Problem {
        let sentence = refusal.message.prefix(1).uppercased() + refusal.message.dropFirst() + "."
        return switch refusal.code {
        case "not_found": Problem(404, "not_found", "There is nothing at this address.")
        case "forbidden", "not_held", "house_only", "holds_more": Problem(403, refusal.code, sentence)
        case "version", "version_mismatch": Problem(412, "version", sentence)
        default: Problem(409, refusal.code, refusal.hint.map { "\(sentence) (\($0))" } ?? sentence)
        }
    }

    private static func problem(_ refusal: IdentityRefusal) -> Problem {
        let status =
            switch refusal.kind {
            case .wrong, .secondFactorNeeded, .secondFactorWrong: 401
            case .locked: 429
            case .mustChangePassword, .ownSessionNeeded: 403
            }
        let wait = refusal.retryAfterSeconds(now: Identity.systemClock())
        return Problem(
            status, refusal.code, refusal.message.prefix(1).uppercased() + refusal.message.dropFirst() + ".",
            headers: wait.map { [(name: "Retry-After", value: "\($0)")] } ?? [])
    }

    private static func problem(_ error: StoreError, _ isHouse: Bool) -> Problem? {
        switch error.kind {
        case .connection:
            Problem(
                503, "database_away", "The database is away; logins go on. Try again soon.",
                headers: [(name: "Retry-After", value: "5")])
        case .retry, .cancelled:
            Problem(503, "busy", "The server is too busy for this now.", headers: [(name: "Retry-After", value: "2")])
        case .conflict: Problem(409, "conflict", "Another record has one of these values already.")
        // Who holds it may be somebody else's.
        case .refused where error.constraint == "address_holds_unit":
            Problem(409, "address_taken", "The address is held already.")
        case .refused: Problem(409, "refused", isHouse ? error.message : AddressWords.forOthers(error))
        case .value: Problem(422, "invalid", "A value does not fit its field.")
        case .setup, .other: nil
        }
    }
}
