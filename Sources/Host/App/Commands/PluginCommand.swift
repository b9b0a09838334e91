/// `tollkeeper plugin`: what was loaded and what was refused.
enum PluginCommand {
    static let group = CommandGroup("plugin", "vendor and feature plugins", verbs: [list])

    private static let list = Verb(
        "list", options: Options("every plugin of the last start: what it offers, or why it was refused")
    ) { parsed, environment in
        try CommandDatabase.with(parsed, environment) { database in
            try TextTable.show(
                database.connection,
                """
                select coalesce(id, file) as id, version, array_to_string(offers, ', ') as offers, state, reason
                  from plugin_states order by 1
                """, [], environment)
        }
    }
}
