import Store
import Threads

/// The keys of a running process. `tollkeeper key rotate` puts a new one into the file; a value sealed under it makes
/// the process read the file again, so that rotation needs no restart.
final class KeyRing: Sendable {
    private let path: String
    private let current: Locked<Seal>

    init(path: String) throws {
        self.path = path
        current = Locked(try KeyFile(reading: path).seal)
    }

    func seal(_ plain: [UInt8], for place: String) -> [UInt8] {
        current.withLock { $0 }.seal(plain, for: place)
    }

    func open(_ sealed: [UInt8], for place: String) throws -> [UInt8] {
        do {
            return try current.withLock { $0 }.open(sealed, for: place)
        } catch {
            let fresh = try KeyFile(reading: path).seal
            guard fresh.current != current.withLock({ $0 }).current else { throw error }
            current.withLock { $0 = fresh }
            return try fresh.open(sealed, for: place)
        }
    }

    /// The same without the heap; see `Seal`.
    @Sendable
    func open(
        _ sealed: UnsafeRawBufferPointer, for place: UnsafeRawBufferPointer, into plain: UnsafeMutableRawBufferPointer
    ) throws -> Int {
        do {
            return try current.withLock { $0 }.open(sealed, for: place, into: plain)
        } catch {
            let fresh = try KeyFile(reading: path).seal
            guard fresh.current != current.withLock({ $0 }).current else { throw error }
            current.withLock { $0 = fresh }
            return try fresh.open(sealed, for: place, into: plain)
        }
    }

    /// Keys for another use, derived from the operator's; `id` names an older one than the current.
    func derive(
        _ count: Int, label: String, salt: [UInt8], id: UInt16?
    ) throws -> (id: UInt16, bytes: [UInt8]) {
        do {
            return try current.withLock { $0 }.derive(count, label: label, salt: salt, id: id)
        } catch {
            let fresh = try KeyFile(reading: path).seal
            current.withLock { $0 = fresh }
            return try fresh.derive(count, label: label, salt: salt, id: id)
        }
    }
}
