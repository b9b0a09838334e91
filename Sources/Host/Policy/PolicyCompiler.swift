package import Dictionary
import PluginAPI

/// One compiled answer, or why there is none.
package struct CompiledPlan: Sendable {
    package let serviceID: Int64
    package let tierPosition: Int
    package let dialect: String
    package let outcome: Result<CompiledReply, PolicyProblem>
}

/// Asks every dialect for the reply of every plan and encodes it.
package struct PolicyCompiler: Sendable {
    private let all: [LoadedDialect]
    private let isOpen: @Sendable (_ plugin: String) -> Bool
    private let replies: ReplyCompiler

    /// - isOpen: whether a plugin is asked; of one that is not, what was compiled last stays in force.
    package init(
        dialects: [LoadedDialect], dictionary: AttributeDictionary,
        isOpen: @escaping @Sendable (_ plugin: String) -> Bool = { _ in true }
    ) {
        all = dialects
        self.isOpen = isOpen
        replies = ReplyCompiler(dictionary)
    }

    private var dialects: [LoadedDialect] { all.filter { isOpen($0.pluginID) } }

    package func compile(_ stored: StoredPlan) -> [CompiledPlan] {
        dialects.map { spoken in
            CompiledPlan(
                serviceID: stored.serviceID, tierPosition: stored.tierPosition, dialect: spoken.dialect.id,
                outcome: compile(stored.plan, spoken))
        }
    }

    private func compile(_ plan: Plan, _ spoken: LoadedDialect) -> Result<CompiledReply, PolicyProblem> {
        var reply = ReplyBuilder()
        do {
            try spoken.speaker.reply(for: plan, dialect: spoken.dialect.id, into: &reply)
            return .success(try replies.compile(reply.attributes, origin: origin(spoken)))
        } catch let problem as PolicyProblem {
            return .failure(problem)
        } catch {
            return .failure(PolicyProblem("\(error)"))
        }
    }

    /// The profiles routers download by name, of one plan. A profile that can't be encoded is a problem of its own.
    package func profiles(_ stored: StoredPlan) -> [(dialect: String, name: String, reply: CompiledReply)] {
        dialects.flatMap { spoken -> [(dialect: String, name: String, reply: CompiledReply)] in
            let profiles = (try? spoken.speaker.serviceProfiles(for: stored.plan, dialect: spoken.dialect.id)) ?? []
            return profiles.compactMap { profile in
                guard let reply = try? replies.compile(profile.attributes, origin: origin(spoken)) else { return nil }
                return (spoken.dialect.id, profile.name, reply)
            }
        }
    }

    private func origin(_ spoken: LoadedDialect) -> String {
        spoken.dialect.id == spoken.pluginID ? spoken.pluginID : "\(spoken.pluginID) (\(spoken.dialect.id))"
    }
}
