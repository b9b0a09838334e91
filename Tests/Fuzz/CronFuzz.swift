// Modules: PluginAPI Calendar Threads Log EventLoop Dictionary RADIUS HTTP Store AAA Policy Control
// Seeds:
import Control

/// Whatever the text: it is refused, or means a minute after any time, and no minute that it means is passed over.
///
/// The first four bytes are the time, in minutes since 1970; of the rest, each byte is one of those that schedules have.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeRawBufferPointer(start: start, count: count))
    _ = try? Cron(String(decoding: bytes, as: UTF8.self))
    guard bytes.count > 4 else { return 0 }
    let letters = Array("0123456789 *,-/   1230@abcdefhijlmnoprstuwy".utf8)
    let text = String(decoding: bytes.dropFirst(4).map { letters[Int($0) % letters.count] }, as: UTF8.self)
    guard let cron = try? Cron(text) else { return 0 }
    let time = Int64(bytes[0]) << 24 | Int64(bytes[1]) << 16 | Int64(bytes[2]) << 8 | Int64(bytes[3])
    // To the year 2500.
    let began = (time % 278_000_000) * 60 + Int64(bytes[1] % 60)
    for offset in [0, 345, -720] {
        let next = cron.next(after: began, offsetMinutes: offset)
        precondition(next > began && next % 60 == 0, "no minute after \(began): \(next)")
        for between in [began + 1, next - 60, next - 1] where between >= began && between < next {
            precondition(cron.next(after: between, offsetMinutes: offset) == next, "`\(text)` passes over a minute")
        }
        precondition(cron.next(after: next, offsetMinutes: offset) > next, "`\(text)` stands still")
    }
    return 0
}
