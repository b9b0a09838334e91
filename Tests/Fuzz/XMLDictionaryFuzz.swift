// Modules: PluginAPI Calendar Dictionary
// Seeds: attributes.txt
import Dictionary
import PluginAPI

private let head = Array("<dictionary xmlns='\(DictionarySchema.namespace)'>".utf8)
private let tail = Array("</dictionary>".utf8)

/// Whatever the bytes, bare or inside a right root: they are refused with a reason, or read, and what is written of
/// them is valid again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    for candidate in [bytes, head + bytes + tail] {
        let (document, diagnostics) = XMLReader.read(candidate, file: "fuzz")
        precondition(diagnostics.isEmpty || document.lines.isEmpty, "a refused file was used")
        guard diagnostics.isEmpty, let xml = try? XMLWriter.text(document) else { continue }
        let (again, problems) = XMLReader.read(Array(xml.utf8), file: "fuzz")
        precondition(problems.isEmpty && again == document, "what is written is not what was read: \(problems)")
    }
    return 0
}
