import Dictionary
import PluginAPI
package import Store

/// Puts compiled policy into the database, where every `radius` process reads it. Rows that did not change are left
/// alone, so that nobody reloads them.
package struct PolicyPublisher {
    private let connection: Connection
    private let compiler: PolicyCompiler

    package init(_ connection: Connection, _ compiler: PolicyCompiler) {
        self.connection = connection
        self.compiler = compiler
    }

    /// A plan that a dialect can't carry.
    package struct Problem: Sendable {
        package let dialect: String
        package let description: String
    }

    /// Compiles and stores some services, or all of them; returns the problems met.
    @discardableResult
    package func publish(services: [Int64]? = nil) throws -> [Problem] {
        var problems: [Problem] = []
        try connection.transaction { () throws in
            let plans = try PlanReader.read(connection, services: services)
            for plan in plans { problems += try publish(plan) }
            try removeStale(services)
        }
        return problems
    }

    private func publish(_ stored: StoredPlan) throws -> [Problem] {
        var problems: [Problem] = []
        for compiled in compiler.compile(stored) {
            var template: [UInt8]?
            var problem: String?
            switch compiled.outcome {
            case .success(let reply): template = reply.stored()
            case .failure(let why):
                problem = why.description
                let plan = "\(stored.plan.service)/\(stored.plan.tier)"
                problems.append(
                    Problem(dialect: compiled.dialect, description: "\(plan) as \(compiled.dialect): \(why)"))
            }
            _ = try connection.query(
                PolicyPublisher.upsertReply,
                [
                    .int(stored.serviceID), .int(Int64(stored.tierPosition)), .text(compiled.dialect),
                    template.map { .bytes($0) } ?? .null, problem.map { .text($0) } ?? .null,
                ])
        }
        for profile in compiler.profiles(stored) {
            _ = try connection.query(
                PolicyPublisher.upsertProfile,
                [
                    .text(profile.dialect), .text(profile.name), .bytes(profile.reply.stored()),
                    .int(stored.serviceID),
                ])
        }
        return problems
    }

    /// Rows of tiers and services that are no more.
    private func removeStale(_ services: [Int64]?) throws {
        _ = try connection.query(
            """
            delete from compiled_replies c
             where ($1::bigint[] is null or c.service_id = any($1))
               and not exists (select 1 from service_tiers t join services_served s on s.id = t.service_id
                                where t.service_id = c.service_id and t.position = c.tier_position)
            """, [services.map { .intArray($0) } ?? .null])
    }

    private static let upsertReply = """
        insert into compiled_replies as c (tenant_id, service_id, tier_position, dialect, template, problem, compiled_at)
        select s.tenant_id, s.id, $2, $3, $4, $5, now() from services s where s.id = $1
        on conflict (service_id, tier_position, dialect) do update
           set template = excluded.template, problem = excluded.problem, compiled_at = excluded.compiled_at
         where c.template is distinct from excluded.template or c.problem is distinct from excluded.problem
        """

    private static let upsertProfile = """
        insert into compiled_profiles as c (tenant_id, dialect, name, template, service_id)
        select s.tenant_id, $1, $2, $3, s.id from services s where s.id = $4
        on conflict (tenant_id, dialect, name) do update
           set template = excluded.template, service_id = excluded.service_id
         where c.template is distinct from excluded.template
        """
}
