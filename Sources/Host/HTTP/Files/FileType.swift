/// The media type of a file, by its ending.
enum FileType {
    private static let types = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "mjs": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "json": "application/json",
        "map": "application/json", "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg",
        "jpeg": "image/jpeg", "webp": "image/webp", "ico": "image/x-icon", "woff2": "font/woff2", "woff": "font/woff",
        "txt": "text/plain; charset=utf-8", "md": "text/plain; charset=utf-8", "ts": "text/plain; charset=utf-8",
        "webmanifest": "application/manifest+json", "pdf": "application/pdf", "csv": "text/csv; charset=utf-8",
        "wasm": "application/wasm",
    ]

    static func of(_ name: some StringProtocol) -> String {
        name.split(separator: ".").last.flatMap { types[$0.lowercased()] } ?? "application/octet-stream"
    }
}
