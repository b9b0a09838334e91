import Dictionary
import PluginAPI
import RADIUS

/// Writes what was decided onto the wire.
enum LoginReply {
    /// Bytes of the signed reply in `buffer`. A reply that gets too long becomes a reject, and `decided` says so: better
    /// none than half a plan. So does an accept without a plan, which the checks should have found.
    static func write(
        _ decided: inout DecidedLogin, _ request: borrowing LoginRequest, into buffer: UnsafeMutableRawBufferPointer
    ) throws(DropReason) -> Int {
        guard decided.refusal == nil else { return try reject(decided, request, into: buffer) }
        guard case .ready(let plan) = decided.login.plan else {
            decided.refusal = .planUnavailable
            return try reject(decided, request, into: buffer)
        }
        do throws(DropReason) {
            return try accept(decided, plan, request, into: buffer)
        } catch {
            guard error == .replyTooLong else { throw error }
            decided.refusal = .replyTooLong
            return try reject(decided, request, into: buffer)
        }
    }

    private static func accept(
        _ decided: borrowing DecidedLogin, _ plan: PlanProgram, _ request: borrowing LoginRequest,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(DropReason) -> Int {
        var reply = try ReplyWriter(.accessAccept, to: request.packet, into: buffer)
        if plan.isFlat, !decided.login.hasReplyRules {
            let facts = ReplyFacts(
                decided.login.subscriber, userName: decided.userName, key: decided.key,
                preferences: decided.preferences, now: decided.login.now)
            try plan.write(to: &reply, facts)
        } else {
            try reply.append(attributes: assembled(decided, plan))
        }
        if case .accepted(let proof) = decided.proof { try proof.append(to: &reply, secret: request.secret) }
        return reply.sign(with: request.secret)
    }

    /// The general way: further attributes of service, NAS or subscriber, or texts put together at login.
    private static func assembled(_ decided: borrowing DecidedLogin, _ plan: PlanProgram) -> [UInt8] {
        let values = ReplyAssembler.values(
            decided.login, userName: decided.userName.map { Array($0) }, key: decided.key,
            preferences: decided.preferences)
        var bytes: [UInt8] = []
        for part in ReplyAssembler.parts(decided.login, plan: plan) { part.append(to: &bytes, values) }
        return bytes
    }

    private static func reject(
        _ decided: borrowing DecidedLogin, _ request: borrowing LoginRequest, into buffer: UnsafeMutableRawBufferPointer
    ) throws(DropReason) -> Int {
        var reply = try ReplyWriter(.accessReject, to: request.packet, into: buffer)
        if let error = MSCHAPError(refusing: request.packet, code: msCHAPCode(decided.refusal)) {
            try error.append(to: &reply)
        }
        if decided.login.service?.showsRejectReason == true, let reason = decided.refusal {
            try reply.append(AttributeNumber.replyMessage, text: reason.message)
        }
        return reply.sign(with: request.secret)
    }

    /// RFC 2759 section 6.
    private static func msCHAPCode(_ reason: RejectReason?) -> MSCHAPError.Code {
        switch reason {
        case .disabled: .accountDisabled
        case .expired: .passwordExpired
        case .macMismatch, .macMissing, .realmNotAllowed, .checkFailed, .sessionLimit: .noDialInPermission
        default: .authenticationFailure
        }
    }
}
