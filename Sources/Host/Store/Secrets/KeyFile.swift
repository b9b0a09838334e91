import Glibc

/// The operator's key file: the keys that seal every secret in the database. Lose it, and the secrets are lost.
///
/// Text: a line `tollkeeper-keys 1`, a line `current ID`, and a line `key ID HEX` for each key, 64 digits. Old keys
/// stay, so that backups and snapshot files remain readable.
package struct KeyFile: Sendable {
    package let path: String
    package let seal: Seal

    private static let firstLine = "tollkeeper-keys 1"

    /// Makes a file with one new key, mode 0600. Throws `.setup` when there is one already: it is never overwritten.
    package static func create(_ path: String) throws(StoreError) -> KeyFile {
        guard !TextFile.exists(path) else { throw StoreError(.setup, "there is a key file already: \(path)") }
        let seal = Seal(keys: [1: Digest.random(32)], current: 1)
        try write(seal, to: path)
        return KeyFile(path: path, seal: seal)
    }

    /// Reads the file. Throws `.setup` when it is missing, not a key file, or open to others.
    package init(reading path: String) throws(StoreError) {
        guard TextFile.exists(path) else {
            throw StoreError(
                .setup,
                "there is no key file at \(path). It holds the keys to all passwords and secrets: put it back "
                    + "from its backup; for a new installation make one with: tollkeeper key create")
        }
        try Self.checkPrivate(path)
        self.init(path: path, seal: try Self.parse(String(decoding: try TextFile.read(path), as: UTF8.self), path))
    }

    private init(path: String, seal: Seal) {
        self.path = path
        self.seal = seal
    }

    /// Ids of the keys in the file.
    package var keyIDs: [UInt16] { seal.keys.keys.sorted() }

    /// Adds a key and makes it the current one; the file is safely on disk before this returns.
    package func addingKey() throws(StoreError) -> KeyFile {
        guard let last = keyIDs.last, last < .max else { throw StoreError(.setup, "the key file is full") }
        var keys = seal.keys
        keys[last + 1] = Digest.random(32)
        let next = Seal(keys: keys, current: last + 1)
        try Self.write(next, to: path)
        return KeyFile(path: path, seal: next)
    }

    private static func checkPrivate(_ path: String) throws(StoreError) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { throw TextFile.failure("can't look at", path) }
        guard facts.st_mode & 0o077 == 0 else {
            throw StoreError(.setup, "the key file \(path) can be read by others; run: chmod 600 \(path)")
        }
    }

    private static func parse(_ text: String, _ path: String) throws(StoreError) -> Seal {
        let damaged = StoreError(.setup, "\(path) is no key file, or damaged; put it back from its backup")
        var lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        guard !lines.isEmpty, lines.removeFirst() == firstLine else { throw damaged }
        var keys: [UInt16: [UInt8]] = [:]
        var current: UInt16?
        for line in lines {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == "current" {
                current = UInt16(words[1])
            } else if words.count == 3, words[0] == "key", let id = UInt16(words[1]), let key = hex(words[2]) {
                keys[id] = key
            } else {
                throw damaged
            }
        }
        guard let current, keys[current] != nil else { throw damaged }
        return Seal(keys: keys, current: current)
    }

    private static func hex(_ digits: Substring) -> [UInt8]? {
        let text = Array("\\x\(digits)".utf8)
        return text.withUnsafeBufferPointer { Hex.decode($0) }.flatMap { $0.count == 32 ? $0 : nil }
    }

    private static func write(_ seal: Seal, to path: String) throws(StoreError) {
        var text = "\(firstLine)\ncurrent \(seal.current)\n"
        for (id, key) in seal.keys.sorted(by: { $0.key < $1.key }) {
            var digits: [UInt8] = []
            Hex.append(key, to: &digits)
            text += "key \(id) \(String(decoding: digits.dropFirst(2), as: UTF8.self))\n"
        }
        try TextFile.write(Array(text.utf8), to: path, mode: 0o600)
    }
}
