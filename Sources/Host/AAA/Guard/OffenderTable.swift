import Glibc
import PluginAPI

/// The subjects with the most refusals: a fixed number of places, in which a newcomer takes that of the least and inherits
/// its count as its uncertainty. So a count is never too high without saying so, and who is refused most is found.
/// Unchecked, because its memory is its own.
struct OffenderTable: ~Copyable, @unchecked Sendable {
    private let table: BucketTable<OffenderEntry>
    private let names: UnsafeMutableRawPointer

    init(capacity: Int) {
        table = BucketTable(capacity: capacity)
        guard let memory = calloc(table.capacity, OffenderEntry.nameRoom) else {
            fatalError("no memory for the names of \(capacity) offenders")
        }
        names = memory
    }

    deinit { free(names) }

    func note(_ subject: LoginSubject, _ reason: RejectReason, name: UnsafeRawBufferPointer, now: Tenths) {
        let place = table.place(for: subject.key, now: now)
        if table.at(place).pointee.key != subject.key {
            let inherited = table.at(place).pointee.key == 0 ? 0 : table.at(place).pointee.worth(at: now)
            table.at(place).pointee = OffenderEntry(subject, now: now, inherited: inherited)
            keep(name, place)
        }
        table.at(place).pointee.add(reason, now: now)
    }

    /// One more refusal of a known subject; a forgotten one comes back with its next full login.
    func noteAgain(_ subject: LoginSubject, _ reason: RejectReason, now: Tenths) {
        if let place = table.find(subject.key) { table.at(place).pointee.add(reason, now: now) }
    }

    /// All of the last hour, unsorted.
    func all(now: Tenths) -> [Offender] {
        var result: [Offender] = []
        table.forEach { place, entry in
            let count = entry.count(at: now)
            guard count > 0 else { return }
            result.append(
                Offender(
                    name: name(place, entry), mac: entry.mac == 0 ? nil : MACAddress(bits: entry.mac),
                    nasID: entry.nasID, reason: entry.reason, count: count, uncertain: entry.uncertain(at: now),
                    first: entry.first.milliseconds, last: entry.last.milliseconds))
        }
        return result
    }

    private func keep(_ name: UnsafeRawBufferPointer, _ place: Int) {
        let length = min(name.count, OffenderEntry.nameRoom)
        if let base = name.baseAddress { memcpy(names + place * OffenderEntry.nameRoom, base, length) }
        table.at(place).pointee.nameLength = UInt8(length)
    }

    private func name(_ place: Int, _ entry: OffenderEntry) -> String {
        let bytes = UnsafeRawBufferPointer(
            start: names + place * OffenderEntry.nameRoom, count: Int(entry.nameLength))
        return String(decoding: bytes, as: UTF8.self)
    }
}
