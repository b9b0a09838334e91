import Glibc

/// A text file of the project.
struct SourceFile: Sendable {
    /// From the project's folder.
    let path: String
    let lines: [String]
    let isExecutable: Bool

    var isSwift: Bool { path.hasSuffix(".swift") }

    /// The modules that it imports.
    var imports: Set<String> {
        var names: Set<String> = []
        for line in lines {
            let words = line.split(separator: " ")
            let rest = words.drop { ["public", "package", "internal", "@testable", "@_exported"].contains($0) }
            if rest.first == "import", let name = rest.last { names.insert(String(name)) }
        }
        return names
    }

    /// Functions with their number of lines, signature included.
    var functions: [(name: String, length: Int)] {
        var found: [(name: String, length: Int)] = []
        for (index, line) in lines.enumerated() {
            let text = line.drop { $0 == " " }
            guard text.contains("func ") || text.hasPrefix("init(") || text.contains(" init("), !text.hasPrefix("//"),
                !text.hasSuffix("}")
            else { continue }
            let end = String(line.prefix { $0 == " " }) + "}"
            guard let last = lines[index...].firstIndex(where: { $0 == end }) else { continue }
            // Nothing of the same depth may begin in between: then this one was a protocol's, without a body.
            found.append((String(text.prefix(60)), last - index + 1))
        }
        return found
    }
}

/// All text files of the project but those that the formatter, the package manager or a test run makes.
enum SourceFiles {
    static let all: [SourceFile] = {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        var files: [SourceFile] = []
        for name in ["Sources", "Plugins", "Tests", "scripts", ".ci", "docs", "dictionaries"] {
            collect(root, name, &files)
        }
        for name in ["Package.swift", "README.md"] { add(root, name, &files) }
        return files
    }()

    private static func collect(_ root: String, _ folder: String, _ files: inout [SourceFile]) {
        guard let stream = opendir("\(root)/\(folder)") else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if [".", "..", ".build", "__pycache__"].contains(name) { continue }
            if Int32(entry.pointee.d_type) == Int32(DT_DIR) {
                collect(root, "\(folder)/\(name)", &files)
            } else {
                add(root, "\(folder)/\(name)", &files)
            }
        }
    }

    private static func add(_ root: String, _ path: String, _ files: inout [SourceFile]) {
        guard let stream = fopen("\(root)/\(path)", "r") else { return }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&buffer, 1, buffer.count, stream)
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        guard !bytes.contains(0) else { return }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let isExecutable = access("\(root)/\(path)", X_OK) == 0 && isMarkedExecutable("\(root)/\(path)")
        files.append(
            SourceFile(path: path, lines: lines.map { String(decoding: $0, as: UTF8.self) }, isExecutable: isExecutable)
        )
    }

    /// Root may run nothing that is not marked, but `access` says it for whoever asks.
    private static func isMarkedExecutable(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IXUSR != 0
    }
}
