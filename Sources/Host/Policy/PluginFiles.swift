import Dictionary
import Glibc
package import PluginAPI

/// A plugin's own files: its folder beside its library, or in the source tree. Names that lead out of it are refused.
package struct PluginFiles: Sendable {
    /// The first of these that exists is the plugin's folder.
    private let folders: [String]
    /// Where schemas lie, by name.
    private let schemas: String?

    package init(folders: [String], schemas: String?) {
        self.folders = folders
        self.schemas = schemas
    }

    /// Names of the files in a folder, sorted, hidden ones left out; none when there is no such folder.
    package func list(_ folder: String) throws(PluginError) -> [String] {
        guard let path = try resolve(folder), let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    package func read(_ file: String) throws(PluginError) -> [UInt8] {
        guard let path = try resolve(file) else { throw PluginError("\(file): this plugin has no folder of its own") }
        do {
            return try PluginFiles.read(path: path, limit: 16 << 20)
        } catch {
            throw PluginError("\(file): \(error.message)")
        }
    }

    /// Reads an XML file through libxml2, which never sees the network or another file.
    package func xml(_ file: String, schema: String?) throws -> XMLElement {
        let bytes = try read(file)
        guard let schema else { return try XMLDocument.parse(bytes, name: file) }
        guard let schemas, !schema.contains("/") else {
            throw PluginError("\(file): there is no folder of schemas to find \(schema) in")
        }
        return try XMLDocument.parse(bytes, name: file, schema: PluginFiles.read(path: schemas + "/" + schema))
    }

    /// Where one of its own folders or files lies; nil when it is not there.
    package func path(of name: String) throws(PluginError) -> String? {
        guard let path = try resolve(name), access(path, R_OK) == 0 else { return nil }
        return path
    }

    /// nil when the plugin has no folder.
    private func resolve(_ name: String) throws(PluginError) -> String? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(".."), !name.hasPrefix("/"), !name.utf8.contains(0) else {
            throw PluginError("\(name): a plugin reads below its own folder only")
        }
        let folder = folders.first { access($0, R_OK | X_OK) == 0 }
        return folder.map { $0 + "/" + name }
    }

    /// A whole regular file of at most `limit` bytes.
    static func read(path: String, limit: Int = 16 << 20) throws(PluginError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw PluginError(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw PluginError("not a regular file")
        }
        guard status.st_size <= limit else { throw PluginError("larger than \(limit) bytes") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw PluginError(count == 0 ? "shrank while read" : String(cString: strerror(errno)))
            }
            filled += count
        }
        return bytes
    }
}
