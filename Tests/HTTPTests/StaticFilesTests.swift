import Glibc
import Support
import Testing

@testable import HTTP

@Suite
struct StaticFilesTests {
    private let folder = ScratchFolder()
    private let server: RawServer

    init() throws {
        mkdir(folder.path + "/site", 0o755)
        mkdir(folder.path + "/site/sub", 0o755)
        folder.write("not for you", to: "secret")
        folder.write("not for you", to: "site/.hidden")
        folder.write("<!doctype html>", to: "site/index.html")
        folder.write("let plain = 1", to: "site/sub/app.js")
        folder.write("packed", to: "site/sub/app.js.gz")
        folder.write(String(repeating: "x", count: 200_000), to: "site/chunk-5HK3JX2Q.js")
        symlink(folder.path + "/secret", folder.path + "/site/link.txt")
        let files = try StaticFiles(folder: folder.path + "/site")
        server = try RawServer([files.route(below: "/ui")])
    }

    private func get(_ path: String, _ headers: String = "") -> String {
        server.send(Array("GET \(path) HTTP/1.1\r\nHost: a\r\n\(headers)\r\n".utf8))
    }

    @Test(arguments: [
        "/ui/../secret", "/ui/%2e%2e/secret", "/ui/sub/..%2f..%2fsecret", "/ui/.hidden", "/ui/link.txt", "/ui/sub",
        "/ui/sub/", "/ui//index.html", "/ui/", "/ui/index.html/", "/ui/nothing.js",
    ])
    func `only files that were there at start are served: no traversal, no dot files, no links`(path: String) {
        let answer = get(path)
        #expect(answer.hasPrefix("HTTP/1.1 404 "))
        #expect(!answer.contains("not for you"))
    }

    @Test func `a folder that is not there is a failure in words`() {
        #expect(throws: StaticFiles.Failure.self) { try StaticFiles(folder: folder.path + "/nothing") }
    }

    @Test func `a page has its type and what keeps foreign scripts out`() {
        let answer = get("/ui/index.html")
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(answer.contains("Content-Type: text/html; charset=utf-8\r\n"))
        #expect(answer.contains("Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self';"))
        #expect(answer.contains("X-Content-Type-Options: nosniff\r\n"))
        #expect(answer.contains("X-Frame-Options: DENY\r\n"))
        #expect(answer.contains("Cache-Control: no-cache\r\n"))
        #expect(answer.hasSuffix("<!doctype html>"))
    }

    @Test func `a large file arrives whole, and for ever when its name has a hash`() {
        let answer = get("/ui/chunk-5HK3JX2Q.js")
        #expect(answer.hasSuffix(String(repeating: "x", count: 200_000)))
        #expect(answer.contains("Cache-Control: public, max-age=31536000, immutable\r\n"))
    }

    @Test(arguments: [
        ("gzip", true), ("deflate, gzip;q=0.5, br", true), ("*", true), ("gzip;q=0", false), ("br", false),
        ("identity", false),
    ])
    func `who takes gzip gets the prepared file (RFC 9110 12.5.3)`(accepts: String, isPacked: Bool) {
        let answer = get("/ui/sub/app.js", "Accept-Encoding: \(accepts)\r\n")
        #expect(answer.hasSuffix(isPacked ? "packed" : "let plain = 1"))
        #expect(answer.contains("Content-Encoding: gzip\r\n") == isPacked)
        #expect(answer.contains("Vary: Accept-Encoding\r\n"))
        #expect(answer.contains("Content-Type: text/javascript; charset=utf-8\r\n"))
    }

    @Test func `a packed file that has changed is not served, but the plain one; when that has changed too, neither`() {
        folder.write("another", to: "site/sub/app.js.gz")
        let answer = get("/ui/sub/app.js", "Accept-Encoding: gzip\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix("let plain = 1"))
        #expect(!answer.contains("Content-Encoding"))
        folder.write("let plain = 22", to: "site/sub/app.js")
        #expect(get("/ui/sub/app.js", "Accept-Encoding: gzip\r\n").hasPrefix("HTTP/1.1 404 "))
    }

    @Test func `who has the file already gets 304; of another encoding, the file (RFC 9110 13.1.2)`() throws {
        let tag = try #require(
            get("/ui/sub/app.js").split(separator: "\r\n").first { $0.hasPrefix("ETag: ") }?.dropFirst(6))
        let answer = get("/ui/sub/app.js", "If-None-Match: \"x\", \(tag)\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 304 "))
        #expect(answer.contains("ETag: \(tag)\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n"))
        #expect(get("/ui/sub/app.js", "If-None-Match: W/\(tag)\r\n").hasPrefix("HTTP/1.1 304 "))
        let packed = get("/ui/sub/app.js", "Accept-Encoding: gzip\r\nIf-None-Match: \(tag)\r\n")
        #expect(packed.hasPrefix("HTTP/1.1 200 "))
    }

    @Test(arguments: [
        ("app.js", false), ("app-settings.js", false), ("subscribers-overview.js", false), ("app.3f2a9c1b.css", true),
        ("a/chunk-5HK3JX2Q.js", true), ("deadbeef.js", false), ("app.min.js", false),
    ])
    func `a name has a hash when a part of it looks like one`(name: String, isHashed: Bool) {
        #expect(StaticFiles.isHashed(name) == isHashed)
    }
}
