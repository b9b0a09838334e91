// Modules: PluginAPI Calendar Threads Log EventLoop Dictionary RADIUS HTTP Store AAA Policy Control
// Seeds:
import PluginAPI

@testable import Control
@testable import HTTP

private let versioned = Endpoint(.patch, "/nas/{id}", .open, "") { _ in .none }.versioned()
private let peer = IPAddress("127.0.0.1") ?? IPAddress(ipv4: 0)
private let stranger = IPAddress("192.0.2.1") ?? IPAddress(ipv4: 0)
private let names = [
    "authorization", "cookie", "if-match", "if-none-match", "accept-encoding", "x-forwarded-for", "x-forwarded-proto",
    "host", "content-length", "transfer-encoding", "expect", "last-event-id", "content-type",
]

/// Whatever the headers: a credential is a part of one of them, a version is a number, and what anybody may say of where
/// he comes from counts for nothing.
///
/// Each line is a header; its first byte chooses the name.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    var headers: [(name: String, value: String)] = []
    for line in UnsafeRawBufferPointer(start: start, count: count).split(separator: 10) {
        guard let first = line.first else { continue }
        headers.append((names[Int(first) % names.count], String(decoding: line.dropFirst(), as: UTF8.self)))
    }
    let request = Request(method: "PATCH", path: "/api/v1/nas/1", headers: headers)
    if let credential = PresentedCredential(request) {
        precondition(headers.contains { $0.value.contains(credential.text) || $0.value.utf8.count == 0 }, "made up")
        precondition((credential.kind == .token) == (request.header("authorization") != nil), "of the wrong header")
        if let hash = Bearer.hash(credential.text) { precondition(hash.count == 32) }
    }
    if let version = try? VersionHeader.read(request, versioned) { precondition(version > 0, "no version") }
    _ = Conditions.has("\"7\"", request)
    _ = Conditions.takesGzip(request)
    if let problem = HeaderCheck.problem(headers, version: "HTTP/1.1", limit: 16 << 10) {
        precondition((400...501).contains(problem.status), "no refusal")
    } else {
        precondition(headers.count { ["content-length", "transfer-encoding"].contains($0.name) } <= 1, "two lengths")
    }
    check(headers)
    return 0
}

private func check(_ headers: [(name: String, value: String)]) {
    let proxies = TrustedProxies.loopback
    let untold = proxies.origin(peer: stranger, isSecure: false, headers)
    precondition(untold == TrustedProxies.Origin(client: stranger, isSecure: false), "a stranger was believed")
    let told = proxies.origin(peer: peer, isSecure: true, headers)
    // Whoever the last proxy names, and what stands before him is not believed.
    let behind = headers + [(name: "x-forwarded-for", value: "192.0.2.1")]
    precondition(proxies.origin(peer: peer, isSecure: true, behind).client == stranger, "the proxy was not believed")
    let isNamed = headers.contains { $0.name == "x-forwarded-for" }
    precondition(isNamed || told.client == peer, "a client that nobody named")
}
