import CPQ
import Glibc

/// Where the database is: a `postgresql://` URL (several hosts allowed) or the socket folder of a private cluster.
package struct ConnectionSettings: Sendable, Hashable, CustomStringConvertible {
    /// libpq connection string or URL; may hold a password, so it is never printed.
    let conninfo: String
    /// Shown in pg_stat_activity.
    package var applicationName = "tollkeeper"
    /// Whole seconds to wait for each host; libpq takes 2 at least.
    package var connectTimeoutSeconds = 5
    /// Works under the role `tollkeeper_server` where the database has it: without the right to change what is only ever
    /// added (0015_retention.sql).
    package var isServer = false

    /// Throws `.setup` when the text is not a connection string.
    package init(url: String) throws(StoreError) {
        guard url.hasPrefix("postgresql://") || url.hasPrefix("postgres://") else {
            throw StoreError(.setup, "a database is given as postgresql://user@host/name")
        }
        var reason: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(url, &reason) else {
            PQfreemem(reason)
            throw StoreError(.setup, "the database URL can't be read; it looks like postgresql://user@host:5432/name")
        }
        PQconninfoFree(options)
        conninfo = url
    }

    /// A server listening on a unix socket in `socketFolder`.
    package init(socketFolder: String, user: String, database: String) {
        conninfo =
            "host=\(Self.quoted(socketFolder)) user=\(Self.quoted(user)) dbname=\(Self.quoted(database)) port=5432"
    }

    /// The same server with another database.
    package func database(_ name: String) -> ConnectionSettings {
        var copy = ConnectionSettings(conninfo: Self.replacingDatabase(in: conninfo, by: name))
        copy.applicationName = applicationName
        copy.connectTimeoutSeconds = connectTimeoutSeconds
        copy.isServer = isServer
        return copy
    }

    private init(conninfo: String) { self.conninfo = conninfo }

    /// Host, port and database name; never user's password.
    package var description: String {
        let options = Self.options(of: conninfo)
        let host = options["host"] ?? options["hostaddr"] ?? "localhost"
        return "\(host):\(options["port"] ?? "5432")/\(options["dbname"] ?? options["user"] ?? "")"
    }

    private static func options(of conninfo: String) -> [String: String] {
        guard let first = PQconninfoParse(conninfo, nil) else { return [:] }
        defer { PQconninfoFree(first) }
        var result: [String: String] = [:]
        var next = first
        while let keyword = next.pointee.keyword {
            if let value = next.pointee.val { result[String(cString: keyword)] = String(cString: value) }
            next += 1
        }
        return result
    }

    private static func replacingDatabase(in conninfo: String, by name: String) -> String {
        var options = options(of: conninfo)
        options["dbname"] = name
        return options.sorted { $0.key < $1.key }.map { "\($0.key)=\(quoted($0.value))" }.joined(separator: " ")
    }

    private static func quoted(_ value: String) -> String {
        var result = "'"
        for character in value {
            if character == "'" || character == "\\" { result.append("\\") }
            result.append(character)
        }
        return result + "'"
    }
}
