// Modules: PluginAPI Calendar Dictionary
// Seeds: attributes.txt
import Dictionary
import PluginAPI

/// Whatever the bytes: a dictionary comes of it, and the text that is written of it reads as the same statements.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let (document, _) = TextReader.read(bytes, file: "fuzz")
    let text = TextWriter.text(document)
    let again = TextReader.read(Array(text.utf8), file: "fuzz").0
    precondition(TextWriter.text(again) == text, "what is written does not read as it was")
    if let xml = try? XMLWriter.text(document) { _ = XMLReader.read(Array(xml.utf8), file: "fuzz") }
    guard let set = try? DictionaryLoader.load("fuzz", source: { $0 == "fuzz" ? bytes : nil }) else { return 0 }
    _ = DictionaryReport(set).check
    for attribute in set.attributes {
        _ = set.unambiguousName(of: attribute)
        guard let wire = try? set.encode(attribute, text: "1") else { continue }
        _ = set.decode(attributes: wire).map(\.line)
    }
    return 0
}
