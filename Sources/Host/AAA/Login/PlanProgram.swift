package import Dictionary
import PluginAPI
import RADIUS

/// A plan's reply as a login sends it: one run of bytes with typed slots between, ready when the policy is loaded.
/// Nothing of it is allocated, counted or interpreted by name when a login fills it.
package final class PlanProgram: Sendable {
    /// What it was made from, for replies with further attributes and for `explain`.
    package let compiled: CompiledReply
    /// Its own memory, written once.
    nonisolated(unsafe) private let wire: UnsafeMutableRawBufferPointer
    private let steps: [Step]
    /// False when a text is put together at login, which the general way does.
    package let isFlat: Bool

    private struct Step {
        var kind: Kind
        var slot: ReplySlot
        var condition: Condition
        var conditionSlot: ReplySlot
        var tag: UInt8?
        var number: UInt8
        var vendor: UInt32
        /// Where in `wire`.
        var start: Int32
        var count: Int32
    }

    private enum Kind { case wire, slot }
    private enum Condition { case always, ifPresent, ifAbsent }

    package init(_ compiled: CompiledReply) {
        self.compiled = compiled
        var wire: [UInt8] = []
        var steps: [Step] = []
        var isFlat = true
        for part in ReplyAssembler.complete(compiled.parts) {
            guard let step = PlanProgram.step(part, &wire) else {
                isFlat = false
                break
            }
            steps.append(step)
        }
        self.wire = .allocate(byteCount: wire.count, alignment: 1)
        self.wire.copyBytes(from: wire)
        self.steps = steps
        self.isFlat = isFlat
    }

    deinit { wire.deallocate() }

    private static func step(_ part: CompiledPart, _ wire: inout [UInt8]) -> Step? {
        guard let (condition, conditionSlot) = condition(part.condition) else { return nil }
        var step = Step(
            kind: .wire, slot: .framedIPAddress, condition: condition, conditionSlot: conditionSlot, tag: nil,
            number: 0, vendor: part.key.vendor, start: Int32(wire.count), count: 0)
        switch part.content {
        case .wire(let bytes):
            wire += bytes
            step.count = Int32(bytes.count)
        case .slot(let slot, let tag):
            guard let own = ReplySlot(slot), part.key.number <= 255 else { return nil }
            step.kind = .slot
            step.slot = own
            step.tag = tag
            step.number = UInt8(part.key.number)
        case .template: return nil
        }
        return step
    }

    private static func condition(_ condition: ReplyCondition) -> (Condition, ReplySlot)? {
        switch condition {
        case .always: (.always, .framedIPAddress)
        case .ifPresent(let slot): ReplySlot(slot).map { (.ifPresent, $0) }
        case .ifAbsent(let slot): ReplySlot(slot).map { (.ifAbsent, $0) }
        @unknown default: nil
        }
    }

    /// Appends the whole reply. Only for a flat one.
    func write(to reply: inout ReplyWriter, _ facts: borrowing ReplyFacts) throws(DropReason) {
        for index in steps.indices {
            let step = steps[index]
            switch step.condition {
            case .always: break
            case .ifPresent: if !facts.has(step.conditionSlot) { continue }
            case .ifAbsent: if facts.has(step.conditionSlot) { continue }
            }
            switch step.kind {
            case .wire: try append(step, to: &reply)
            case .slot: try facts.append(step.slot, step.number, step.vendor, step.tag, to: &reply)
            }
        }
    }

    private func append(_ step: Step, to reply: inout ReplyWriter) throws(DropReason) {
        let (start, end) = (Int(step.start), Int(step.start + step.count))
        try reply.append(attributes: UnsafeRawBufferPointer(rebasing: wire[start..<end]))
    }
}
