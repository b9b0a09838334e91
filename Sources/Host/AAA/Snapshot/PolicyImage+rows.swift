import Dictionary
import PluginAPI
import RADIUS

/// The pieces of a snapshot, field by field, in one order for writing and reading.
extension ImageWriter {
    mutating func put(_ preferences: Preferences) {
        put(Int64(preferences.interimSeconds))
        put(Int64(preferences.interimJitterPercent))
        put(preferences.hardCut)
        put(preferences.sessionMatchToleranceSeconds)
        put(preferences.loginLogRate)
        put(Int64(preferences.rejectDelayMilliseconds))
        put(Int64(preferences.guardLimits.repeatSeconds))
        put(Int64(preferences.guardLimits.repeatsAfter))
        put(Int64(preferences.guardLimits.guessesPerMinute))
        put(Int64(preferences.emergency.words.rawValue))
        put(preferences.emergency.until)
    }

    mutating func put(_ dialect: DialectFacts) {
        put(dialect.swapsOctets)
        put(dialect.sendsGigawords)
        put(dialect.rules) { writer, rule in
            writer.put(rule.fact.rawValue)
            writer.put(rule.key)
            writer.put(rule.prefix)
            writer.put(rule.until)
            writer.put(rule.kind?.rawValue)
            writer.put(rule.condition != nil)
            guard let condition = rule.condition else { return }
            writer.put(condition.key)
            writer.put(condition.value != nil)
            if let value = condition.value { writer.put(value) }
        }
    }

    mutating func put(_ nas: NAS) {
        put(nas.id)
        put(nas.name)
        put(nas.source.description)
        put(nas.identifier)
        put(nas.dialect)
        put(nas.secrets) { $0.put($1.withBytes { Array($0) }) }
        for flag in [nas.isActive, nas.isDraining, nas.allowsMACLogin, nas.allowsLineLogin, nas.servesProfiles] {
            put(flag)
        }
        put(nas.realms) { $0.put($1) }
        put(nas.messageAuthenticator.word)
        put(nas.octets.rawValue)
        put(nas.checks) { $0.put($1) }
        put(nas.replies) { $0.put($1) }
    }

    mutating func put(_ service: Service) {
        put(service.id)
        put(service.name)
        put(service.isActive)
        put(service.sessionLimit ?? -1)
        put(service.showsRejectReason)
        put(service.checks) { $0.put($1) }
        put(service.replies) { $0.put($1) }
    }

    mutating func put(_ key: PlanKey, _ reply: PlanReply) {
        put(key.serviceID)
        put(key.tierPosition)
        put(key.dialect)
        switch reply {
        case .ready(let program):
            put(true)
            put(program.compiled.stored())
        case .problem(let why):
            put(false)
            put(why)
        }
    }

    mutating func put(_ check: CheckRule) {
        put(check.attribute)
        put(check.operation.rawValue)
        put(check.value)
    }

    mutating func put(_ reply: ReplyRule) {
        put(reply.operation.rawValue)
        put(CompiledReply(parts: [reply.part]).stored())
    }
}

extension ImageReader {
    mutating func preferences() throws -> Preferences {
        var preferences = Preferences()
        preferences.interimSeconds = UInt32(clamping: try number())
        preferences.interimJitterPercent = UInt32(clamping: try number())
        preferences.hardCut = try flag()
        preferences.sessionMatchToleranceSeconds = try number()
        preferences.loginLogRate = try int()
        preferences.rejectDelayMilliseconds = UInt64(clamping: try number())
        preferences.guardLimits.repeatSeconds = .init(clamping: try number())
        preferences.guardLimits.repeatsAfter = .init(clamping: try number())
        preferences.guardLimits.guessesPerMinute = .init(clamping: try number())
        let words = EmergencySkip.Words(rawValue: UInt8(truncatingIfNeeded: try number()))
        preferences.emergency = EmergencySkip(words: words, until: try number())
        return preferences
    }

    mutating func dialect() throws -> DialectFacts {
        let (swaps, gigawords) = (try flag(), try flag())
        let rules = try list { reader in try reader.factRule() }
        return DialectFacts(rules: rules, swapsOctets: swaps, sendsGigawords: gigawords)
    }

    private mutating func factRule() throws -> FactRule {
        let (fact, key) = (try word(RequestFact.self), try key())
        let (prefix, until) = (try blob(), try blob())
        let kind = try optionalText().flatMap { RecordKind(rawValue: $0) }
        var condition: FactRule.Condition?
        if try flag() {
            let key = try self.key()
            condition = FactRule.Condition(key: key, value: try flag() ? try blob() : nil)
        }
        return FactRule(fact: fact, key: key, prefix: prefix, until: until, kind: kind, condition: condition)
    }

    mutating func nas(_ dictionary: AttributeDictionary, _ counters: Counters?) throws -> NAS {
        let (id, name) = (try number(), try text())
        guard let source = IPPrefix(try text()) else { throw ImageProblem("the address of NAS \(name)") }
        let (identifier, dialect) = (try optionalText(), try text())
        let secrets = try list { reader in SharedSecret(try reader.blob()) }
        let (isActive, isDraining) = (try flag(), try flag())
        let (allowsMAC, allowsLine, servesProfiles) = (try flag(), try flag(), try flag())
        let realms = try list { reader in try reader.text() }
        guard let policy = MessageAuthenticatorPolicy(word: try text()) else {
            throw ImageProblem("how NAS \(name) signs")
        }
        let octets = try word(OctetDirection.self)
        let checks = try list { reader in try reader.check(dictionary) }
        let replies = try list { reader in try reader.reply() }
        return NAS(
            id: id, name: name, source: source, identifier: identifier, dialect: dialect, secrets: secrets,
            isActive: isActive, isDraining: isDraining, realms: realms, messageAuthenticator: policy,
            allowsMACLogin: allowsMAC, allowsLineLogin: allowsLine, octets: octets, servesProfiles: servesProfiles,
            checks: checks, replies: replies, counters: counters?.block(nasID: id, name: name))
    }

    mutating func service(_ dictionary: AttributeDictionary) throws -> Service {
        let (id, name, isActive, limit, shows) = (try number(), try text(), try flag(), try int(), try flag())
        let checks = try list { reader in try reader.check(dictionary) }
        let replies = try list { reader in try reader.reply() }
        return Service(
            id: id, name: name, isActive: isActive, sessionLimit: limit < 0 ? nil : limit, showsRejectReason: shows,
            checks: checks, replies: replies)
    }

    mutating func plan() throws -> (PlanKey, PlanReply) {
        let key = PlanKey(serviceID: try number(), tierPosition: try int(), dialect: try text())
        guard try flag() else { return (key, .problem(try text())) }
        guard let reply = CompiledReply(stored: try blob()) else { throw ImageProblem("a compiled reply") }
        return (key, .ready(PlanProgram(reply)))
    }

    mutating func check(_ dictionary: AttributeDictionary) throws -> CheckRule {
        let name = try text()
        return CheckRule(
            attribute: name, operation: try word(CheckOperator.self), value: try text(),
            known: dictionary.attribute(named: name))
    }

    mutating func reply() throws -> ReplyRule {
        let operation = try word(ReplyOperator.self)
        guard let part = CompiledReply(stored: try blob())?.parts.first else { throw ImageProblem("a reply attribute") }
        return ReplyRule(operation: operation, part: part)
    }
}

extension MessageAuthenticatorPolicy {
    fileprivate var word: String {
        switch self {
        case .require: "require"
        case .auto(latched: false): "auto"
        case .auto(latched: true): "latched"
        case .off: "off"
        }
    }

    fileprivate init?(word: String) {
        switch word {
        case "require": self = .require
        case "auto": self = .auto(latched: false)
        case "latched": self = .auto(latched: true)
        case "off": self = .off
        default: return nil
        }
    }
}
