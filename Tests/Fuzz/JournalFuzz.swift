// Modules: PluginAPI Calendar Threads EventLoop Dictionary RADIUS Store AAA
// Seeds: exchanges.txt
import AAA

/// Whatever the bytes: each byte of a segment is in a batch, in damage or in the torn tail; entries that are read come
/// out the same when they are written and read again; what a successor is handed is taken or refused.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let raw = UnsafeRawBufferPointer(start: start, count: count)
    let scan = JournalScan(raw, from: 0)
    let whole = scan.bodies.reduce(0) { $0 + $1.count + 20 }
    let damaged = scan.damage.reduce(0) { $0 + $1.count }
    precondition(whole + damaged == scan.goodEnd && scan.goodEnd <= count, "bytes of a segment were lost")
    let bytes = Array(raw)
    for body in scan.bodies + [0..<count] { check(Array(bytes[body])) }
    var handed = bytes[...]
    SessionIndex().read(&handed)
    return 0
}

private func check(_ body: [UInt8]) {
    guard let entries = JournalEntry.all(body) else { return }
    var again: [UInt8] = []
    for entry in entries { entry.append(to: &again) }
    precondition(JournalEntry.all(again) == entries, "entries changed by being written")
}
