// Modules: PluginAPI Threads HTTP
// Seeds:
import Glibc
import PluginAPI

@testable import HTTP

/// Whatever the bytes of a request line's target and of its query: they are refused, or hold nothing that two readers take
/// for different things; and a file that a path names is one of those found at start, or none.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeRawBufferPointer(start: start, count: count))
    for raw in [bytes, [47] + bytes, Array("/ui/".utf8) + bytes] {
        guard let target = RequestTarget(raw) else { continue }
        precondition(target.path.utf8.first == 47, "no path")
        precondition(target.path.utf8.allSatisfy { $0 >= 32 && $0 != 127 }, "a control character in the path")
        precondition(target.query?.utf8.allSatisfy { $0 > 32 && $0 != 127 } ?? true, "a blank in the query")
        check(query: target.query ?? "")
        check(path: target.path)
    }
    check(query: String(decoding: bytes, as: UTF8.self))
    return 0
}

private func check(query: String) {
    guard let pairs = QueryText.read(query) else { return }
    precondition(pairs.count <= query.utf8.count / 2 + 1, "pairs out of nothing")
    for (name, value) in pairs { precondition(!(name + value).utf8.contains(0), "a NUL in the query") }
    let again = QueryText.read(pairs.map { encoded($0.name) + "=" + encoded($0.value) }.joined(separator: "&")) ?? []
    precondition(again.map(\.name) == pairs.map(\.name) && again.map(\.value) == pairs.map(\.value), "others came back")
}

private func encoded(_ text: String) -> String {
    text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

private let request = Request(method: "GET", path: "/")
/// Two files, and one beside their folder.
private let files: StaticFiles = {
    let folder = "/tmp/tollkeeper-target-fuzz-\(getpid())"
    for name in ["", "/web", "/web/a"] { mkdir(folder + name, 0o700) }
    for name in ["/web/a/b.js", "/web/a.css", "/c.js"] { fopen(folder + name, "w").map { _ = fclose($0) } }
    do { return try StaticFiles(folder: folder + "/web") } catch { fatalError("\(error)") }
}()

private func check(path: String) {
    for name in [path, String(path.dropFirst()), String(path.dropFirst(4))] {
        guard files.response(name, to: request) != nil else { continue }
        precondition(["a/b.js", "a.css"].contains(name), "\(name) leads to a file")
    }
}
