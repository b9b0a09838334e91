import Glibc

/// A user of the operating system.
package struct ServiceUser: Sendable, Hashable {
    package var name: String
    package var uid: UInt32
    package var gid: UInt32

    /// Whoever runs this program.
    package static var current: ServiceUser {
        named(uid: geteuid()) ?? ServiceUser(name: String(geteuid()), uid: geteuid(), gid: getegid())
    }

    /// Who runs PostgreSQL, which refuses root: ourselves, or, for root, the first of these that exists.
    package static func forDatabase() throws(StoreError) -> ServiceUser {
        if geteuid() != 0 { return current }
        for name in ["tollkeeper", "postgres", "nobody"] {
            if let user = named(name) { return user }
        }
        throw StoreError(
            .setup,
            "PostgreSQL does not run as root, and there is no user tollkeeper or postgres to run it. "
                + "Make one: useradd --system tollkeeper")
    }

    package static func named(_ name: String) -> ServiceUser? {
        guard let entry = getpwnam(name) else { return nil }
        return ServiceUser(name: name, uid: entry.pointee.pw_uid, gid: entry.pointee.pw_gid)
    }

    private static func named(uid: uid_t) -> ServiceUser? {
        guard let entry = getpwuid(uid) else { return nil }
        return ServiceUser(name: String(cString: entry.pointee.pw_name), uid: uid, gid: entry.pointee.pw_gid)
    }
}
