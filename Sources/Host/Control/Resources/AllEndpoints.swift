/// Every endpoint of the core, by resource.
package enum AllEndpoints {
    package static func list(_ house: House) -> [Endpoint] {
        var endpoints: [Endpoint] = []
        endpoints += SignInEndpoints.all(house)
        endpoints += MeEndpoints.all(house)
        endpoints += lists.flatMap { $0.endpoints(house) }
        endpoints += SubscriberEndpoints.all(house) + SubscriberFigures.all(house) + ExplainEndpoints.all(house)
        endpoints += BulkEndpoints.all(house) + ImportEndpoints.all(house)
        endpoints += ServiceEndpoints.all(house)
        endpoints += NASEndpoints.all(house)
        endpoints += OperatorEndpoints.all(house) + RoleEndpoints.all(house) + ResellerEndpoints.all(house)
        endpoints += HistoryEndpoints.all + JobEndpoints.all + AuditEndpoints.all
        endpoints += SessionEndpoints.all + EventEndpoints.all(house) + WebhookEndpoints.all(house)
        endpoints += PortalEndpoints.all(house)
        endpoints += DashboardEndpoints.all(house)
        return endpoints
    }

    /// With those of plugins and the rest: all that is served below `/api/v1`.
    package static func complete(
        _ house: House, _ plugins: PluginPlace, restart: @escaping @Sendable () -> Void
    ) -> [Endpoint] {
        list(house) + PluginEndpoints.all(house, plugins, restart: restart) + DictionaryEndpoints.all(house)
            + PreferenceEndpoints.all(house)
    }

    /// What they start as jobs.
    package static func jobKinds(_ house: House) -> [any JobKind] {
        [
            BulkJob(seal: house.seal, identity: { house.identity($0) }, clock: house.clock),
            ImportJob(seal: house.seal, open: house.open, identity: { house.identity($0) }),
            AuditVerify(identity: { house.identity($0) }),
        ]
    }

    /// What is read as lists.
    static let lists: [ListEndpoints] = [
        ListEndpoints(
            spec: .subscribers, path: "/subscribers", title: "subscribers", access: .may("subscribers.view"),
            export: .may("subscribers.export")),
        ListEndpoints(
            spec: .services, path: "/services", title: "services", access: .may("services.view"),
            export: .may("services.view")),
        ListEndpoints(spec: .nas, path: "/nas", title: "routers", access: .may("nas.view"), export: .may("nas.view")),
        ListEndpoints(
            spec: .unknownSources, path: "/unknown-sources", title: "sources that asked and are no NAS",
            access: .may("nas.create"), hasRow: false),
        ListEndpoints(
            spec: .liveSessions, path: "/sessions", title: "open sessions", access: .may("sessions.view"),
            export: .may("sessions.view"), hasRow: false),
        ListEndpoints(
            spec: .sessionHistory, path: "/sessions/history", title: "sessions of the past",
            access: .may("sessions.view"), export: .may("sessions.view"), hasRow: false),
        ListEndpoints(
            spec: .logins, path: "/radius-log", title: "logins", access: .may("radius_log.view"),
            export: .may("radius_log.view"), hasRow: false),
        ListEndpoints(
            spec: .resellers, path: "/resellers", title: "resellers", access: .may("resellers.view"),
            export: .may("resellers.view")),
        ListEndpoints(
            spec: .operators, path: "/operators", title: "operators", access: .may("operators.view"),
            export: .may("operators.view")),
        ListEndpoints(
            spec: .alarms, path: "/alarms", title: "alarms", access: .may("alarms.view"), hasRow: false),
        ListEndpoints(
            spec: .audit, path: "/audit", title: "entries of the audit log", access: .may("audit.view"),
            export: .may("audit.view"), hasRow: false),
        ListEndpoints(spec: .webhooks, path: "/webhooks", title: "webhooks", access: .may("webhooks.view")),
        ListEndpoints(spec: .roles, path: "/roles", title: "roles", access: .may("roles.view")),
        ListEndpoints(spec: .jobs, path: "/jobs", title: "jobs", access: .may("jobs.view"), hasRow: false),
        ListEndpoints(
            spec: .schedules, path: "/schedules", title: "jobs that the clock makes", access: .may("jobs.view"),
            hasRow: false),
        ListEndpoints(
            spec: .legalHolds, path: "/legal-holds", title: "legal holds", access: .may("legal_hold.manage"),
            hasRow: false),
    ]
}
