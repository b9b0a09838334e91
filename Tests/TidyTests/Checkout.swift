import Glibc

/// The checkout's own files, found from this source file; what builds and tools make is passed over.
struct Checkout {
    let root: String
    /// Paths from the root, sorted.
    let files: [String]

    static let here = Checkout()

    private init() {
        let parts = #filePath.split(separator: "/").dropLast(3)
        root = "/" + parts.joined(separator: "/")
        files = Checkout.list(root, "").sorted()
    }

    /// The files below the folders (or the files themselves), with one of the endings; any ending when none is given.
    func files(in folders: [String], ending endings: [String] = [""]) -> [String] {
        files.filter { file in
            folders.contains { file == $0 || file.hasPrefix($0 + "/") } && endings.contains { file.hasSuffix($0) }
        }
    }

    /// The file's lines, without their ends. Bytes that are not UTF-8 are repaired.
    func lines(_ file: String) -> [Substring] {
        text(file).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The file's text; empty when it can't be read.
    func text(_ file: String) -> String {
        guard let stream = fopen(root + "/" + file, "rb") else { return "" }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    func isExecutable(_ file: String) -> Bool { access(root + "/" + file, X_OK) == 0 }

    func exists(_ path: String) -> Bool { access(root + "/" + path, F_OK) == 0 }

    private static let skipped: Set<String> = [".git", ".build", ".venv", "__pycache__", "data", ".swiftpm"]

    private static func list(_ root: String, _ folder: String) -> [String] {
        guard let stream = opendir(root + "/" + folder) else { return [] }
        defer { closedir(stream) }
        var found: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." || skipped.contains(name) { continue }
            let path = folder.isEmpty ? name : folder + "/" + name
            if Int32(entry.pointee.d_type) == Int32(DT_DIR) {
                found += list(root, path)
            } else if Int32(entry.pointee.d_type) == Int32(DT_REG) {
                found.append(path)
            }
        }
        return found
    }
}
