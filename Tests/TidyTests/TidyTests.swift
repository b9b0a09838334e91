import Testing

/// What the house keeps to beyond what the compiler and the formatter check.
@Suite
struct TidyTests {
    private let sources = SourceFiles.all

    /// The file, and which of its lines has the text.
    private func uses(of text: String, in files: [SourceFile]) -> [String] {
        files.flatMap { file in
            file.lines.enumerated().filter { $0.element.contains(text) }.map { "\(file.path):\($0.offset + 1)" }
        }
    }

    @Test func `no file is longer than 300 lines`() {
        let long = sources.filter { $0.isSwift && $0.lines.count > 300 }
        #expect(long.map(\.path) == [])
    }

    /// A function's end is the brace at its own indentation, which the formatter sees to. A test's table is no function.
    @Test func `no function is longer than 50 lines`() {
        let long = sources.filter { $0.isSwift && !$0.path.hasPrefix("Tests/") }.flatMap { file in
            file.functions.filter { $0.length > 50 }.map { "\(file.path): \($0.name), \($0.length) lines" }
        }
        #expect(long == [])
    }

    @Test func `Foundation is not imported; FoundationEssentials only where JSON is read`() {
        for file in sources where file.isSwift {
            let foundation = file.imports.filter { $0.hasPrefix("Foundation") }
            let allowed: Set<String> = file.path.hasPrefix("Sources/Host/HTTP/") ? ["FoundationEssentials"] : []
            #expect(foundation.subtracting(allowed) == [], "\(file.path)")
        }
    }

    @Test func `a plugin imports PluginAPI and nothing else`() {
        let plugins = sources.filter { $0.isSwift && $0.path.hasPrefix("Plugins/") }
        #expect(!plugins.isEmpty)
        for file in plugins {
            let name = String(file.path.split(separator: "/")[1])
            // The few lines that export a plugin import the plugin itself.
            let allowed: Set = ["PluginAPI", file.path.contains("/Export/") ? name : "PluginAPI"]
            #expect(file.imports.subtracting(allowed) == [], "\(file.path)")
        }
    }

    @Test func `PluginAPI imports nothing but what comes with Swift`() {
        let files = sources.filter { $0.isSwift && $0.path.hasPrefix("Sources/PluginAPI/Sources/") }
        #expect(!files.isEmpty)
        for file in files { #expect(file.imports.subtracting(["Synchronization"]) == [], "\(file.path)") }
    }

    @Test func `nothing is left for later, and no path is one machine's`() {
        // Put together here, so that this file is not its own finding.
        for word in ["TO" + "DO", "FIX" + "ME", "/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/user"] {
            #expect(uses(of: word, in: sources) == [], "\(word)")
        }
    }

    @Test func `no test waits by sleeping`() {
        let tests = sources.filter { $0.isSwift && $0.path.hasPrefix("Tests/") && !$0.path.hasPrefix("Tests/Tidy") }
        for word in ["usleep(", "Task.sleep", " sleep("] { #expect(uses(of: word, in: tests) == [], "\(word)") }
    }

    @Test func `every script can be run`() {
        let scripts = sources.filter { $0.lines.first?.hasPrefix("#!") ?? false }
        #expect(scripts.contains { $0.path == "scripts/run" })
        #expect(scripts.contains { $0.path == ".ci/run" })
        #expect(scripts.filter { !$0.isExecutable }.map(\.path) == [])
    }
}
