import Glibc

/// Folders by plain system calls.
package enum Folder {
    /// Makes the folder and those above it; leaves one that exists as it is.
    static func make(_ path: String, mode: mode_t) throws(StoreError) {
        if mkdir(path, mode) == 0 || errno == EEXIST { return }
        guard errno == ENOENT else { throw TextFile.failure("can't make", path) }
        try make(TextFile.parent(path), mode: 0o755)
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw TextFile.failure("can't make", path) }
    }

    /// The path without links and dots.
    static func real(_ path: String) throws(StoreError) -> String {
        guard let resolved = realpath(path, nil) else { throw TextFile.failure("can't find", path) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Throws `.setup` naming the first folder above `path` that `user` can't enter.
    static func checkReachable(_ path: String, by user: ServiceUser) throws(StoreError) {
        var folder = TextFile.parent(path)
        while true {
            var facts = stat()
            guard stat(folder, &facts) == 0 else { throw TextFile.failure("can't look at", folder) }
            let bit: mode_t = facts.st_uid == user.uid ? 0o100 : facts.st_gid == user.gid ? 0o010 : 0o001
            guard user.uid == 0 || facts.st_mode & bit != 0 else {
                throw StoreError(
                    .setup,
                    "the user \(user.name), who runs PostgreSQL, can't enter \(folder). "
                        + "Choose another data folder with --data, or allow it: chmod o+x \(folder)")
            }
            if folder == "/" { return }
            folder = TextFile.parent(folder)
        }
    }

    /// Removes a folder with all that is in it; links are removed, not followed.
    package static func remove(_ path: String) {
        for name in (try? TextFile.names(in: path)) ?? [] {
            let entry = "\(path)/\(name)"
            if unlink(entry) != 0 { remove(entry) }
        }
        rmdir(path)
    }
}
