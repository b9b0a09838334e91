import PluginAPI
package import Store

/// Puts what the dialects say of requests and accounting into the database, for `radius` to read packets by.
package enum DialectPublisher {
    package static func publish(_ connection: Connection, _ dialects: [LoadedDialect]) throws {
        try connection.transaction { () throws in
            for spoken in dialects { try publish(connection, spoken) }
        }
    }

    private static func publish(_ connection: Connection, _ spoken: LoadedDialect) throws {
        let dialect = spoken.dialect
        _ = try connection.query(
            upsertDialect,
            [
                .text(dialect.id), .text(spoken.pluginID), .text(dialect.title),
                .text(type(of: spoken.speaker).manifest.version), .bool(dialect.accounting.swapsOctets),
                .bool(dialect.accounting.sendsGigawords),
                .textArray(dialect.capabilities.addresses.map { $0.rawValue }),
                .textArray(dialect.capabilities.coaAttributes), .int(Int64(dialect.capabilities.coaPort)),
            ])
        let rules = dialect.requests
        _ = try connection.query(
            replaceRules,
            [
                .text(dialect.id), .intArray(rules.indices.map { Int64($0) }),
                .textArray(rules.map { $0.fact.rawValue }),
                .textArray(rules.map { $0.attribute }), .textArray(rules.map { $0.prefix ?? "" }),
                .textArray(rules.map { $0.kind?.rawValue ?? "" }), .textArray(rules.map { $0.until ?? "" }),
                .textArray(rules.map { $0.condition?.attribute ?? "" }), .textArray(rules.map { $0.condition?.value }),
            ])
    }

    private static let upsertDialect = """
        insert into dialects as d (id, plugin, title, plugin_version, swaps_octets, sends_gigawords, capabilities,
                                   coa_attributes, coa_port, compiled_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now())
        on conflict (id) do update
           set plugin = excluded.plugin, title = excluded.title, plugin_version = excluded.plugin_version,
               swaps_octets = excluded.swaps_octets, sends_gigawords = excluded.sends_gigawords,
               capabilities = excluded.capabilities, coa_attributes = excluded.coa_attributes,
               coa_port = excluded.coa_port, compiled_at = excluded.compiled_at
        """

    /// One statement, so that a reader never sees half of a dialect's rules.
    private static let replaceRules = """
        with gone as (
          delete from dialect_rules where dialect = $1 and ordinal >= cardinality($2::bigint[])
        )
        insert into dialect_rules as r (dialect, ordinal, fact, attribute, prefix, kind, until, condition_attribute,
                                        condition_value)
        select $1, u.ordinal, u.fact, u.attribute, nullif(u.prefix, ''), nullif(u.kind, ''), nullif(u.until, ''),
               nullif(u.condition_attribute, ''), u.condition_value
          from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
               as u(ordinal, fact, attribute, prefix, kind, until, condition_attribute, condition_value)
        on conflict (dialect, ordinal) do update
           set fact = excluded.fact, attribute = excluded.attribute, prefix = excluded.prefix, kind = excluded.kind,
               until = excluded.until, condition_attribute = excluded.condition_attribute,
               condition_value = excluded.condition_value
        """
}
