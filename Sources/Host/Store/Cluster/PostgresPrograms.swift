import Glibc

/// Where PostgreSQL's server programs of one major version stand.
struct PostgresPrograms: Sendable {
    let folder: String
    let major: Int

    var initdb: String { "\(folder)/initdb" }
    var postgres: String { "\(folder)/postgres" }

    /// Those for a cluster made by `major`, or the newest from 14 on. Throws `.setup` saying what to install.
    static func find(major: Int?, as user: ServiceUser) throws(StoreError) -> PostgresPrograms {
        let found = installed(as: user)
        if let major {
            if let match = found.first(where: { $0.major == major }) { return match }
            throw StoreError(
                .setup,
                "the database folder was made by PostgreSQL \(major), whose programs are not installed. "
                    + "Install postgresql-\(major), or move the data with pg_upgrade.")
        }
        if let newest = found.filter({ $0.major >= 14 }).max(by: { $0.major < $1.major }) { return newest }
        throw StoreError(
            .setup,
            "PostgreSQL 14 or later is not installed. Install it (apt install postgresql), or name a server "
                + "with --database postgresql://…")
    }

    private static func installed(as user: ServiceUser) -> [PostgresPrograms] {
        var folders: [String] = []
        for root in ["/usr/lib/postgresql", "/usr/lib64/postgresql"] {
            for name in (try? TextFile.names(in: root)) ?? [] { folders.append("\(root)/\(name)/bin") }
        }
        for name in (try? TextFile.names(in: "/usr")) ?? [] where name.hasPrefix("pgsql-") {
            folders.append("/usr/\(name)/bin")
        }
        folders += ["/usr/local/pgsql/bin", "/usr/local/bin", "/usr/bin"]
        return folders.compactMap { folder in version(of: folder, as: user) }
    }

    /// `postgres (PostgreSQL) 15.18 (Debian …)`.
    private static func version(of folder: String, as user: ServiceUser) -> PostgresPrograms? {
        guard access("\(folder)/postgres", X_OK) == 0, access("\(folder)/initdb", X_OK) == 0,
            let answer = try? ChildProcess.run("\(folder)/postgres", ["--version"], as: user), answer.status == 0,
            let number = answer.output.split(separator: " ").dropFirst(2).first,
            let major = Int(number.prefix { $0.isNumber })
        else { return nil }
        return PostgresPrograms(folder: folder, major: major)
    }
}
