package import Policy
package import Store

/// Puts what became of the plugins into the database, where `tollkeeper plugin list` reads it.
package enum PluginBoard {
    package static func publish(_ connection: Connection, _ reports: [PluginReport]) throws {
        try connection.transaction { () throws in
            try connection.query("delete from plugin_states")
            for report in reports {
                try connection.query(
                    """
                    insert into plugin_states (file, id, title, version, offers, state, reason)
                    values ($1, $2, $3, $4, $5, $6, $7)
                    """,
                    [
                        .text(report.file), Parameter(report.id), Parameter(report.title), Parameter(report.version),
                        .textArray(report.offers), .text(report.state.rawValue), Parameter(report.reason),
                    ])
            }
        }
    }
}
