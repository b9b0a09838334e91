// Modules: PluginAPI Calendar Threads Log EventLoop Dictionary RADIUS HTTP Store AAA Policy Control
// Seeds:
import CCurl

@testable import Control

/// Whatever the text: it is refused, or libcurl, which does the sending, goes to the very host and port that we looked at.
///
/// Bytes from 128 on stand for pieces of URLs.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let pieces = [
        "http://", "https://", "@", ":", "/", "?", "[", "]", "[::1]", "[fe80::1%25eth0]", "127.0.0.1", "0x7f.1", "%00",
        "localhost", "example.net", ".", "..", "\\", "443", ":80", "xn--", "2130706433", "http:/", "%2e", "#",
    ]
    var bytes: [UInt8] = []
    for byte in UnsafeRawBufferPointer(start: start, count: count) {
        if byte < 128 { bytes.append(byte) } else { bytes += pieces[Int(byte - 128) % pieces.count].utf8 }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    for candidate in [text, "https://" + text] {
        guard let url = try? WebhookURL(candidate) else { continue }
        precondition((1...65535).contains(url.port) && !url.host.isEmpty, "no port or no host")
        guard let (host, port) = curl(candidate) else { continue }
        precondition(host.lowercased() == url.host && port == url.port, "\(candidate): libcurl goes to \(host) \(port)")
    }
    return 0
}

/// Where libcurl would go; nil when it refuses to go anywhere.
private func curl(_ text: String) -> (host: String, port: Int)? {
    guard let url = curl_url() else { return nil }
    defer { curl_url_cleanup(url) }
    guard curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK, let host = part(url, CURLUPART_HOST),
        let port = part(url, CURLUPART_PORT).flatMap({ Int($0) })
    else { return nil }
    return (host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host, port)
}

private func part(_ url: OpaquePointer, _ part: CURLUPart) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(url, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
}
