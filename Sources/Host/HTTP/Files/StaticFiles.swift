/// The files of a folder as they were at start: with their prepared `.gz` beside them for who takes it, an ETag of what
/// is in them, and as long a life in the browser as their name allows.
package struct StaticFiles: Sendable {
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    private let index: FileIndex

    /// Throws `Failure` when the folder can't be read.
    package init(folder: String) throws(Failure) { index = try FileIndex(folder) }

    /// All of them, below a path: `/ui`.
    package func route(below path: String) -> Route {
        .get(path + "/{file...}") { request in
            guard let response = response(request.parameters["file"] ?? "", to: request) else {
                throw Problem(404, "not_found", "There is nothing at this address.")
            }
            return response
        }
    }

    /// The first digits of the file's hash, for `?v=` behind its address: with these it may be kept for ever. Nil when
    /// there is no such file.
    package func version(of name: String) -> String? { index.files[name].map { String($0.hash.prefix(8)) } }

    /// Nil when there is no such file, or one that has changed since; one whose packed form alone has changed goes
    /// without. Names are looked up among those found at start, so none leads elsewhere.
    package func response(_ name: String, to request: Request) -> Response? {
        guard let plain = index.files[name] else { return nil }
        let packed = index.files[name + ".gz"]
        let file = packed.flatMap { Conditions.takesGzip(request) && $0.isUnchanged ? $0 : nil } ?? plain
        guard file.isUnchanged else { return nil }
        let isVersioned = request.query.map { $0 == "v=\(plain.hash.prefix(8))" } ?? false
        let isLasting = isVersioned || StaticFiles.isHashed(name)
        var headers = [
            (name: "ETag", value: file.etag),
            (name: "Cache-Control", value: isLasting ? "public, max-age=31536000, immutable" : "no-cache"),
        ]
        if packed != nil { headers.append((name: "Vary", value: "Accept-Encoding")) }
        if Conditions.has(file.etag, request) {
            return .notModified(etag: file.etag, headers: Array(headers.dropFirst()))
        }
        if file.path != plain.path { headers.append((name: "Content-Encoding", value: "gzip")) }
        let type = FileType.of(name)
        var response = Response(type: type, headers: headers, body: [])
        if type.hasPrefix("text/html") { response.headers += SecurityHeaders.page }
        response.file = FileBody(path: file.path, size: file.size)
        return response
    }

    /// Whether the name has a hash of what is in the file, as bundlers give: `chunk-5HK3JX2Q.js`, `app.3f2a9c1b.css`.
    static func isHashed(_ name: String) -> Bool {
        let parts = (name.split(separator: "/").last ?? "").split { $0 == "." || $0 == "-" }
        guard parts.count > 2, case let part = parts[parts.count - 2], part.utf8.count >= 8 else { return false }
        let isBase32 = part.utf8.allSatisfy { (65...90).contains($0) || (50...55).contains($0) }
        let isHex = part.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        return isBase32 || isHex && part.utf8.contains { $0 < 58 }
    }
}
