import Glibc
import Support
import Testing

/// Builds plugins from source, each once per test run, with the compiler and the PluginAPI of this build.
///
/// The plugins' types are linked nowhere else: a type that is both linked and loaded would exist twice.
enum PluginFactory {
    /// Where this test program lies, and PluginAPI beside it.
    static let buildFolder = folder(of: link("/proc/self/exe"))
    /// The top of the source tree.
    static let sourceTree = folder(of: folder(of: folder(of: #filePath)))

    /// A folder of its own, with these libraries in it.
    static func folder(_ libraries: [String]) throws -> String {
        let folder = RunFolder.folder()
        for library in libraries {
            let file = library.split(separator: "/").last.map(String.init) ?? library
            try #require(symlink(library, folder + "/" + file) == 0)
        }
        return folder
    }

    /// Compiles Swift source to `lib<name>.so`; its path.
    static func swift(_ name: String, _ source: String, modules: String? = nil, libraries: String? = nil) throws
        -> String
    {
        let folder = RunFolder.folder()
        let file = "\(folder)/\(name).swift"
        try write(Array(("import PluginAPI\n" + source + doors(source)).utf8), to: file)
        let library = "\(folder)/lib\(name).so"
        try run([
            "swiftc", "-parse-as-library", "-emit-library", "-Onone", "-module-name", name, "-o", library, file,
            "-I", modules ?? buildFolder + "/Modules", "-L", libraries ?? buildFolder, "-lPluginAPI",
        ])
        return library
    }

    /// Compiles Swift files as they are, doors included, to `lib<name>.so`; its path.
    static func swift(files: [String], _ name: String) throws -> String {
        let folder = RunFolder.folder()
        var paths: [String] = []
        for (index, source) in files.enumerated() {
            paths.append("\(folder)/\(name)\(index).swift")
            try write(Array(source.utf8), to: paths[index])
        }
        let library = "\(folder)/lib\(name).so"
        try run(
            ["swiftc", "-parse-as-library", "-emit-library", "-Onone", "-module-name", name, "-o", library] + paths
                + ["-I", buildFolder + "/Modules", "-L", buildFolder, "-lPluginAPI"])
        return library
    }

    /// Compiles C source to `lib<name>.so`; its path.
    static func c(_ name: String, _ source: String) throws -> String {
        let folder = RunFolder.folder()
        try write(Array(source.utf8), to: "\(folder)/\(name).c")
        try run(["clang", "-shared", "-fPIC", "-o", "\(folder)/lib\(name).so", "\(folder)/\(name).c"])
        return "\(folder)/lib\(name).so"
    }

    /// The two C functions, which register every type that the source declares as a plugin.
    private static func doors(_ source: String) -> String {
        let types = source.split(separator: "\n").filter { $0.hasPrefix("public struct ") && $0.contains("Plugin") }
            .compactMap { $0.split(whereSeparator: { " :".contains($0) }).dropFirst(2).first }
        let lines = types.map { "PluginRegistry.register(\($0).self)" }.joined(separator: "; ")
        return """

            @c(tollkeeper_abi) public func abi() -> UnsafePointer<CChar> { PluginABI.string }
            @c(tollkeeper_plugin_register) public func register() { \(lines) }
            """
    }

    static func write(_ bytes: [UInt8], to file: String) throws {
        let stream = try #require(fopen(file, "w"))
        defer { fclose(stream) }
        try #require(fwrite(bytes, 1, bytes.count, stream) == bytes.count)
    }

    static func read(_ file: String) throws -> [UInt8] {
        let stream = try #require(fopen(file, "r"))
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 { bytes += buffer[..<count] }
        return bytes
    }

    /// The Swift files of a package, its manifest left out.
    static func sources(below folder: String) throws -> [String] {
        var files: [String] = []
        let stream = try #require(opendir(folder))
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix(".") || name == "Package.swift" { continue }
            let path = folder + "/" + name
            if entry.pointee.d_type == UInt8(DT_DIR) {
                files += try sources(below: path)
            } else if name.hasSuffix(".swift") {
                files.append(path)
            }
        }
        return files
    }

    /// Runs a program and waits for it; fails the test when it fails.
    static func run(_ arguments: [String]) throws {
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for case let pointer? in pointers { free(pointer) } }
        var variables = environment
        defer { for case let variable? in variables { free(variable) } }
        var process: pid_t = 0
        try #require(posix_spawnp(&process, arguments[0], nil, nil, &pointers, &variables) == 0)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        try #require(status == 0, "\(arguments.joined(separator: " "))")
    }

    /// Ours, but with a place for temporary files that goes with the run: Swift's build tool leaves some behind.
    private static var environment: [UnsafeMutablePointer<CChar>?] {
        var variables: [UnsafeMutablePointer<CChar>?] = [strdup("TMPDIR=" + RunFolder.path)]
        var next = environ
        while let variable = next.pointee {
            if strncmp(variable, "TMPDIR=", 7) != 0 { variables.append(strdup(variable)) }
            next += 1
        }
        return variables + [nil]
    }

    private static func folder(of path: String) -> String {
        path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    }

    private static func link(_ path: String) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { $0.baseAddress.map { readlink(path, $0, 4096) } ?? 0 }
        }
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}
