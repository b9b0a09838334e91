import Testing

/// What the compiler and the linter don't keep: who imports what, how long things get, what must not be written.
@Suite struct TidyTests {
    private let checkout = Checkout.here

    private var swiftFiles: [String] { checkout.files(in: ["Sources", "Plugins", "Tests"], ending: [".swift"]) }

    @Test func `The checkout is found`() {
        #expect(checkout.files.contains("Package.swift"))
        #expect(swiftFiles.count > 100)
    }

    @Test func `Nothing imports Foundation`() {
        for file in swiftFiles {
            for module in imports(file) { #expect(!module.hasPrefix("Foundation"), "\(file)") }
        }
    }

    @Test func `A plugin imports PluginAPI and nothing else of ours`() {
        for file in checkout.files(in: ["Plugins"], ending: [".swift"]) {
            // The folder's Export target hands the plugin's own type to the loader.
            let own = String(file.split(separator: "/")[1])
            for module in imports(file) {
                #expect(["PluginAPI", "Synchronization", own].contains(module), "\(file) imports \(module)")
            }
        }
    }

    @Test func `PluginAPI imports nothing of ours and no C`() {
        for file in checkout.files(in: ["Sources/PluginAPI/Sources"], ending: [".swift"]) {
            for module in imports(file) { #expect(module == "Synchronization", "\(file) imports \(module)") }
        }
    }

    @Test func `C libraries are imported by the modules that wrap them`() {
        let owners = [
            "CPQ": "Store", "CXML2": "Dictionary", "CMicroHTTPD": "HTTP", "CCurl": "HTTP", "CEvent": "EventLoop",
        ]
        for file in checkout.files(in: ["Sources"], ending: [".swift"]) {
            for module in imports(file) {
                guard let owner = owners[module] else { continue }
                #expect(file.hasPrefix("Sources/Host/\(owner)/"), "\(file) imports \(module)")
            }
        }
    }

    @Test func `No file speaks of unfinished work or of the machine it was written on`() {
        // Put together here, so that this file is clean as well.
        let unfinished = ["TO" + "DO", "FIX" + "ME"]
        let machine = ["/wo" + "rk/", "/ro" + "ot/"]
        let places = ["Sources", "Plugins", "Tests", "scripts", ".ci", "docs", "README.md", "Package.swift"]
        for file in checkout.files(in: places) {
            let text = checkout.text(file)
            for word in unfinished + machine { #expect(!text.contains(word), "\(file): \(word)") }
        }
    }

    @Test func `Everything that begins with #! is executable`() {
        for file in checkout.files(in: ["scripts", ".ci", "Tests", "Plugins"]) {
            guard checkout.text(file).hasPrefix("#!") else { continue }
            #expect(checkout.isExecutable(file), "\(file)")
        }
        for file in checkout.files(in: ["scripts", ".ci"]) { #expect(checkout.isExecutable(file), "\(file)") }
    }

    @Test func `A file has one subject and at most 400 lines`() {
        let endings = [".swift", ".c", ".h", ".sql", ".py"]
        for file in checkout.files(in: ["Sources", "Plugins", "Tests"], ending: endings) {
            // The measuring tools are one C file each, so that they can be copied to another machine.
            if file.hasPrefix("Tests/Load/") { continue }
            #expect(checkout.lines(file).count <= 401, "\(file)")
        }
    }

    @Test(
        "No function is longer than the longest was",
        // Where, and the lines of the longest body there; a change may make it less, never more.
        arguments: [(["Sources", "Plugins"], 38), (["Tests"], 50)])
    func functionLength(_ folders: [String], _ longest: Int) {
        for file in checkout.files(in: folders, ending: [".swift"]) {
            for function in Functions.read(checkout.lines(file)) {
                #expect(function.length <= longest, "\(file):\(function.line) has \(function.length) lines")
            }
        }
    }

    @Test func `A link in the documentation leads to a file`() {
        let files = checkout.files(in: ["README.md", "docs", "Plugins", "Tests", "dictionaries"], ending: [".md"])
        #expect(files.contains("README.md"))
        for file in files {
            for target in Links.read(checkout.text(file)) {
                let path = Links.resolve(target, from: file)
                #expect(checkout.exists(path), "\(file) links to \(target)")
            }
        }
    }

    @Test func `What docs/architecture.md names by its place is there`() {
        let modules = Set(checkout.files(in: ["Sources/Host"]).map { $0.split(separator: "/")[2] })
        let named = checkout.text("docs/architecture.md").split(separator: "`", omittingEmptySubsequences: false)
            .enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        let places = named.filter { place in
            place.contains("/") && !place.contains(" ") && modules.contains(place.prefix { $0 != "/" })
        }
        #expect(places.count > 10)
        for place in places {
            let path = "Sources/Host/\(place.hasSuffix("/") ? place.dropLast() : place)"
            #expect(checkout.exists(path) || checkout.exists(path + ".swift"), "\(place)")
        }
    }

    /// The modules a file imports, whatever stands before `import`.
    private func imports(_ file: String) -> [String] {
        checkout.lines(file).compactMap { line in
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "import"), place + 1 < words.count else { return nil }
            let isImport = words[..<place].allSatisfy {
                $0.hasPrefix("@") || ["public", "package", "internal", "private", "fileprivate"].contains($0)
            }
            // `import struct Module.Name` and `import Module.Submodule` name the module too.
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let name = words[(place + 1)...].first { !kinds.contains($0) }
            return isImport ? name?.split(separator: ".").first.map(String.init) : nil
        }
    }
}
