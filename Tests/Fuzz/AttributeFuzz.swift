// Modules: PluginAPI Calendar Dictionary
// Seeds: attributes.txt
import Dictionary
import PluginAPI

private let set: AttributeDictionary = {
    let root = "dictionaries/dictionary"
    guard let set = try? AttributeDictionary.load(file: root) else { fatalError("run it in the package's folder") }
    return set
}()

/// Turns every bit, so that hidden attributes take part.
private struct Mirror: AttributeCipher {
    func encrypt(_ plain: [UInt8], method: Encryption) -> [UInt8]? { plain.map { ~$0 } }
    func decrypt(_ sealed: [UInt8], method: Encryption) -> [UInt8]? { sealed.map { ~$0 } }
}

/// Whatever the bytes: as attributes they read to the end, and the lines printed of them encode to attributes that
/// print the same lines; as a list they encode, or are refused with a reason.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let items = set.decode(attributes: bytes, cipher: Mirror(), showsSecrets: true)
    let list = items.map(\.line).joined(separator: "\n")
    do throws(EncodeError) {
        let wire = try set.encode(list: list, cipher: Mirror())
        let again = set.decode(attributes: wire, cipher: Mirror(), showsSecrets: true)
        precondition(again.map(\.line).joined(separator: "\n") == list, "it reads otherwise: \(list)")
    } catch {
        preconditionFailure("what was printed is refused: \(error): \(list)")
    }
    _ = PacketReport(bytes, dictionary: set, showsSecrets: false) { _ in nil }.json
    _ = try? set.encode(list: String(decoding: bytes, as: UTF8.self), cipher: Mirror())
    return 0
}
