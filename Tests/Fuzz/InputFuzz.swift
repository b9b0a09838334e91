// Modules: PluginAPI Calendar Threads Log EventLoop Dictionary RADIUS HTTP Store AAA Policy Control
// Seeds:
// Options: -detect_leaks=0
import PluginAPI

@testable import Control
@testable import HTTP

private let formats = [
    "json", "object", "rate", "ip-address", "ip-prefix", "ipv4", "ipv6", "ipv6-prefix", "mac-address", "hex",
    "date-time",
    "date", "email", "uri",
]
private let kinds: [FieldKind] =
    [.bool, .integer, .number, .text, .choice(["one", "two"])] + formats.map { .format($0) }
private let plain = kinds.enumerated().map { FieldDescription(name: "f\($0)", kind: $1, text: "") }
private let nested = kinds.enumerated().map {
    FieldDescription(name: "l\($0)", kind: .optional(.list($1)), text: "", constraints: [.length(0...9)])
}
private let fields =
    plain + nested + [FieldDescription(name: "r", kind: .record(plain + nested), text: "")]
private let endpoint = Endpoint(.post, "/things/{id}/{name}", .open, "") { _ in .none }.query(plain + nested).changes(
    fields)

/// Whatever path, query and body: they are refused with a problem, or every input is of the declared kind.
///
/// Path, query and body are parted by line feeds.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let parts = UnsafeRawBufferPointer(start: start, count: count).split(
        separator: 10, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return 0 }
    let texts = parts.map { String(decoding: $0, as: UTF8.self) }
    var request = Request(
        method: "POST", path: "/", query: texts[1], headers: [(name: "content-type", value: "application/json")],
        body: Array(parts[2]))
    request.parameters = ["id": "7", "name": texts[0]]
    check(request)
    request.parameters = ["id": texts[0], "name": "x"]
    check(request)
    return 0
}

private func check(_ request: Request) {
    do throws(Problem) {
        let inputs = try InputReader(endpoint: endpoint).read(request)
        precondition(inputs.integer("id") ?? 0 > 0, "no id")
        precondition(endpoint.query.faults(in: inputs.query).isEmpty, "a query that does not fit")
        precondition(fields.faults(in: inputs.body, partly: true).isEmpty, "a body that does not fit")
        for value in inputs.body.values { precondition(!hasNUL(value), "a NUL") }
    } catch {
        precondition([400, 404, 415, 422].contains(error.status), "\(error.status)")
    }
}

private func hasNUL(_ value: FieldValue) -> Bool {
    switch value {
    case .text(let text): text.utf8.contains(0)
    case .list(let items): items.contains(where: hasNUL)
    case .object(let members): members.contains { $0.key.utf8.contains(0) || hasNUL($0.value) }
    default: false
    }
}
