package import Dictionary
package import PluginAPI
import RADIUS
package import Store

/// A login decided on paper: the same checks and the same reply as in `radius`, each with what it looked at.
package struct Explanation: Sendable {
    package struct Question: Sendable {
        package let user: String
        package let nas: String
        package let mac: MACAddress?
        package let line: String?

        package init(user: String, nas: String, mac: MACAddress?, line: String?) {
            self.user = user
            self.nas = nas
            self.mac = mac
            self.line = line
        }
    }

    package struct Step: Sendable {
        package let name: String
        package let inputs: String
        package let refusal: RejectReason?
        /// False for a check that stands behind a refusing one.
        package let isReached: Bool
    }

    package struct Attribute: Sendable {
        /// As the dictionary prints it: `Framed-Pool = "gold"`.
        package let text: String
        /// Who gave it.
        package let origin: String
    }

    package var steps: [Step] = []
    package var refusal: RejectReason?
    /// What an Access-Accept would carry; empty for a reject.
    package var reply: [Attribute] = []
    /// The plan as every dialect would send it.
    package var dialects: [(String, Result<[Attribute], PlanProblem>)] = []

    package struct PlanProblem: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// nil when there is no such NAS.
    package static func answer(
        _ question: Question, _ connection: Connection, dictionary: AttributeDictionary, vault: SecretVault
    ) throws -> Explanation? {
        var reader = PolicyReader(connection, dictionary: dictionary, vault: vault)
        let tables = try reader.readFor(username: question.user)
        guard let nas = tables.nas.values.first(where: { $0.name == question.nas }) else { return nil }
        let sessions = LiveSessions()
        _ = try SessionLoader.load(connection, index: SessionIndex(), sessions: sessions)
        let now = Moment.now().wall
        let login = login(question, nas, tables, sessions, now)
        var explanation = Explanation()
        explanation.walk(login)
        let key = SessionKeyDigest.key(of: ["explain", question.user, question.nas])
        let userName = login.username.map { Array($0.utf8) }
        let values = ReplyAssembler.values(login, userName: userName, key: key, preferences: tables.preferences)
        if explanation.refusal == nil, case .ready(let plan) = login.plan {
            explanation.reply = attributes(ReplyAssembler.parts(login, plan: plan), values, dictionary)
        }
        explanation.dialects = everyDialect(login, tables, values, dictionary)
        return explanation
    }

    private static func login(
        _ question: Question, _ nas: Shared<NAS>, _ tables: borrowing PolicyTables, _ sessions: LiveSessions,
        _ now: Int64
    ) -> Login {
        let name = LoginName(question.user)
        let subscriber =
            tables.subscribers.subscriber(named: name.full) ?? tables.subscribers.subscriber(named: name.user)
        var login = Login(
            nas: nas, name: name, mac: question.mac, identity: identity(subscriber, question),
            password: .notTried(methods: methods(subscriber)), username: subscriber?.username, now: now,
            skips: tables.preferences.emergency.active(now: now))
        guard let subscriber else { return login }
        login.bring(subscriber.facts, nil, tables)
        login.sessions = sessions.tally(
            SessionClaim(
                subscriberID: subscriber.facts.id, key: SessionKeyDigest.key(of: []), nasID: nas.id,
                mac: question.mac, now: now, silence: tables.preferences.silenceSeconds))
        return login
    }

    /// A subscriber without a password is asked for as the device or line it is known by.
    private static func identity(_ subscriber: Subscriber?, _ question: Question) -> LoginIdentity {
        guard let subscriber, subscriber.isPasswordless, subscriber.credential == .none else { return .name }
        if question.line != nil || subscriber.mac == nil { return .line }
        return .mac
    }

    private static func methods(_ subscriber: Subscriber?) -> String {
        let credential = subscriber?.credential ?? .none
        let served = PasswordMethod.allCases.filter { credential.canServe($0) }.map(\.rawValue)
        return served.isEmpty
            ? "no method (\(credential.kind))" : "\(served.joined(separator: ", ")) (\(credential.kind))"
    }

    private mutating func walk(_ login: Login) {
        for check in LoginChecks.order {
            let isReached = refusal == nil
            let verdict = isReached ? check.refusal(login) : nil
            steps.append(
                Step(
                    name: check.name, inputs: check.inputs(login), refusal: verdict, isReached: isReached))
            if refusal == nil { refusal = verdict }
        }
    }

    private static func attributes(
        _ parts: [CompiledPart], _ values: SlotValues, _ dictionary: AttributeDictionary
    ) -> [Attribute] {
        parts.flatMap { part -> [Attribute] in
            var wire: [UInt8] = []
            guard part.append(to: &wire, values) else { return [] }
            return dictionary.decode(attributes: wire).map { Attribute(text: $0.line, origin: part.origin) }
        }
    }

    private static func everyDialect(
        _ login: Login, _ tables: borrowing PolicyTables, _ values: SlotValues, _ dictionary: AttributeDictionary
    ) -> [(String, Result<[Attribute], PlanProblem>)] {
        guard let service = login.service, let subscriber = login.subscriber else { return [] }
        return tables.plans.filter {
            $0.key.serviceID == service.id && $0.key.tierPosition == subscriber.tierPosition
        }.sorted { $0.key.dialect < $1.key.dialect }.map { key, reply in
            switch reply {
            case .ready(let plan):
                (key.dialect, .success(attributes(ReplyAssembler.parts(login, plan: plan), values, dictionary)))
            case .problem(let why): (key.dialect, .failure(PlanProblem(description: why)))
            }
        }
    }
}
