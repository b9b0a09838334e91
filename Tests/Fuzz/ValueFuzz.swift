// Modules: PluginAPI Calendar Threads Log EventLoop Dictionary RADIUS HTTP Store AAA Policy Control
// Seeds:
// Options: -detect_leaks=0
import PluginAPI

@testable import Control

/// Whatever the text of an imported field, a filter, a setting: it is no value, or one whose own text is that value again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    if let value = IPAddress(text) { precondition(IPAddress(value.description) == value, "another address") }
    if let value = IPPrefix(text) { precondition(IPPrefix(value.description) == value, "another prefix") }
    if let value = MACAddress(text) { precondition(MACAddress(value.description) == value, "another MAC") }
    if let value = Rate(text) { precondition(Rate(value.description) == value, "another rate") }
    if let micros = ListTime.parse(text) {
        // 0001-01-01 to 9999-12-31, and a day for the offset.
        precondition(
            (-62_135_683_200_000_000...253_402_387_200_000_000).contains(micros), "a time that no column holds")
    }
    _ = SubscriberImporter.time(text)
    for kind in ["cleartext", "crypt", "nt", "md5", "sha", "ssha", text] {
        guard let password = try? SubscriberPassword(text, kind: kind) else { continue }
        precondition((1...max(128, text.utf8.count)).contains(password.bytes.count), "a password of no length")
    }
    for field in SubscriberFields.all + NASFields.all {
        let faults = [field.input].faults(in: [field.input.name: .text(text)], partly: true)
        precondition(faults.allSatisfy { $0.field.hasPrefix(field.input.name) }, "another field is at fault")
    }
    return 0
}
