import Glibc
import Support
import Testing

@testable import Store

@Suite struct SecretsTests {
    @Test func `A sealed secret opens in its place only, and never twice the same`() throws {
        let scratch = ScratchFolder()
        let seal = try KeyFile.create(scratch.path + "/key").seal
        let sealed = seal.seal(Array("hunter2".utf8), for: "subscribers/12/password")
        #expect(sealed.count == 3 + 12 + 7 + 16)
        #expect(try seal.open(sealed, for: "subscribers/12/password") == Array("hunter2".utf8))
        #expect(seal.seal(Array("hunter2".utf8), for: "subscribers/12/password") != sealed)
        #expect(throws: StoreError.self) { try seal.open(sealed, for: "subscribers/13/password") }
        for index in sealed.indices {
            var damaged = sealed
            damaged[index] ^= 1
            #expect(throws: StoreError.self) { try seal.open(damaged, for: "subscribers/12/password") }
        }
        #expect(throws: StoreError.self) { try seal.open([1, 0, 1], for: "x") }
        #expect(try seal.open(seal.seal([], for: "x"), for: "x") == [])
    }

    @Test func `A key file is private, read back, and never overwritten`() throws {
        let scratch = ScratchFolder()
        let path = scratch.path + "/key"
        let missing = #expect(throws: StoreError.self) { try KeyFile(reading: path) }
        #expect(missing?.message.contains("tollkeeper key create") == true)
        let made = try KeyFile.create(path)
        var facts = stat()
        #expect(stat(path, &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o600)
        #expect(throws: StoreError.self) { try KeyFile.create(path) }
        let sealed = made.seal.seal([1, 2, 3], for: "x")
        #expect(try KeyFile(reading: path).seal.open(sealed, for: "x") == [1, 2, 3])
        chmod(path, 0o640)
        #expect(throws: StoreError.self) { try KeyFile(reading: path) }
        scratch.write("tollkeeper-keys 1\ncurrent 1\nkey 1 abcd\n", to: "key")
        chmod(path, 0o600)
        #expect(throws: StoreError.self) { try KeyFile(reading: path) }
    }

    @Test func `Rotation seals every row anew and leaves old values readable`() throws {
        let scratch = ScratchFolder()
        let database = try TestDatabase()
        let connection = try database.connect()
        let file = try KeyFile.create(scratch.path + "/key")
        let ids = try connection.reserveIDs("subscribers", 12_000)
        try connection.query(
            "INSERT INTO subscribers (id, username, password_sealed) SELECT i, 'u' || i, s FROM unnest($1::bigint[], $2::bytea[]) AS n(i, s)",
            [
                .intArray(ids.map { Int64($0) }),
                .bytesArray(ids.map { file.seal.seal(Array("p\($0)".utf8), for: "subscribers/\($0)/password") }),
            ])
        let (next, resealed) = try file.rotate(connection)
        #expect(resealed == 12_000)
        #expect(next.keyIDs == [1, 2])
        let report = try KeyFile(reading: file.path).check(connection, thorough: true)
        #expect(report == KeyFile.Report(opened: 12_000, problems: [], uses: [2: 12_000]))
        let old = file.seal.seal([7], for: "x")
        #expect(try next.seal.open(old, for: "x") == [7])
        #expect(try file.check(connection).problems.count == 1)
    }

    @Test func `scrypt gives the vector of RFC 7914 section 12`() {
        let key = Scrypt.derive("password", Array("NaCl".utf8), 10, 8, 16, 64)
        #expect(
            key.map { $0.prefix(8) } == [0xfd, 0xba, 0xbe, 0x1c, 0x9d, 0x34, 0x72, 0x00])
    }

    @Test func `An operator's password is verified against its hash`() {
        let hash = Scrypt.hash("correct horse")
        #expect(Scrypt.verify("correct horse", hash))
        #expect(!Scrypt.verify("correct horsf", hash))
        #expect(!Scrypt.verify("", "scrypt:15:8:1::"))
        #expect(!Scrypt.verify("x", "scrypt:63:8:1:00:00"))
    }
}
