import PluginAPI
import RADIUS

/// A dialect's rules ready to be run on every packet: plain values, their texts in one piece of memory.
package final class FactProgram: Sendable {
    struct Step {
        var fact: FactRule.Kind
        /// For `recordKind`.
        @StoredKind var kind: RecordKind
        var isStandard: Bool
        var number: UInt8
        var key: AttributeKey
        var prefix: UnsafeRawBufferPointer
        var until: UnsafeRawBufferPointer
        var hasCondition: Bool
        var conditionKey: AttributeKey
        /// nil when any value will do.
        var conditionValue: UnsafeRawBufferPointer?
    }

    nonisolated(unsafe) private let texts: UnsafeMutableRawBufferPointer
    /// What a login asks for.
    nonisolated(unsafe) let login: [Step]
    /// Everything.
    nonisolated(unsafe) let all: [Step]

    init(_ rules: [FactRule]) {
        let parts = rules.flatMap { [$0.prefix, $0.until, $0.condition?.value ?? []] }
        let texts = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(1, parts.reduce(0) { $0 + $1.count }), alignment: 1)
        var used = 0
        var steps: [Step] = []
        for rule in rules {
            guard let fact = rule.kindOfFact else { continue }
            let prefix = FactProgram.keep(rule.prefix, texts, &used)
            let until = FactProgram.keep(rule.until, texts, &used)
            let value = rule.condition?.value.map { FactProgram.keep($0, texts, &used) }
            steps.append(
                Step(
                    fact: fact, kind: rule.kind ?? .session, isStandard: rule.isStandard, number: rule.standardNumber,
                    key: rule.key, prefix: prefix, until: until, hasCondition: rule.condition != nil,
                    conditionKey: rule.condition?.key ?? rule.key, conditionValue: value))
        }
        self.texts = texts
        all = steps
        login = steps.filter { FactProgram.isForLogins($0.fact) }
    }

    deinit { texts.deallocate() }

    private static func isForLogins(_ fact: FactRule.Kind) -> Bool {
        switch fact {
        case .mac, .line, .virtualRouter, .serviceProfile: true
        case .port, .recordKind, .parentSession, .serviceName, .inputOctets, .outputOctets: false
        }
    }

    private static func keep(
        _ bytes: [UInt8], _ texts: UnsafeMutableRawBufferPointer, _ used: inout Int
    ) -> UnsafeRawBufferPointer {
        let room = UnsafeMutableRawBufferPointer(rebasing: texts[used..<(used + bytes.count)])
        room.copyBytes(from: bytes)
        used += bytes.count
        return UnsafeRawBufferPointer(room)
    }
}
