import Glibc
import PluginAPI
import Synchronization

/// Opens a plugin's library, compares what it was built for, and only then asks it for its types (D5).
///
/// A library stays open until the process ends: Swift types cannot be taken back.
enum PluginHandshake {
    /// Registration goes through one list in PluginAPI.
    private static let opening = Mutex(())

    /// The plugin types that the file registers, at least one.
    static func types(in file: String) throws(PluginRefusal) -> [any Plugin.Type] {
        _ = try ELFFile(read(file))
        do {
            return try opening.withLock { _ in try open(file) }
        } catch let refusal as PluginRefusal {
            throw refusal
        } catch {
            throw PluginRefusal("\(error)")
        }
    }

    /// The words of this server, which a plugin's must equal.
    static var expected: String { String(cString: PluginABI.string) }

    private static func read(_ file: String) throws(PluginRefusal) -> [UInt8] {
        do {
            return try PluginFiles.read(path: file, limit: 256 << 20)
        } catch {
            throw PluginRefusal("cannot be read: \(error.message)")
        }
    }

    private static func open(_ file: String) throws -> [any Plugin.Type] {
        guard let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL) else { throw PluginRefusal(loaderMessage(file)) }
        guard let abi = dlsym(handle, "tollkeeper_abi") else {
            throw PluginRefusal("is no plugin: it exports no tollkeeper_abi")
        }
        guard let register = dlsym(handle, "tollkeeper_plugin_register") else {
            throw PluginRefusal("is no plugin: it exports no tollkeeper_plugin_register")
        }
        let words = unsafeBitCast(abi, to: (@convention(c) () -> UnsafePointer<CChar>?).self)
        try check(words().map { String(cString: $0) } ?? "")
        _ = PluginRegistry.take()
        unsafeBitCast(register, to: (@convention(c) () -> Void).self)()
        let types = PluginRegistry.take()
        guard !types.isEmpty else { throw PluginRefusal("registers no plugin") }
        return types
    }

    /// Compares word by word, so that the reason can say which one differs.
    static func check(_ words: String) throws(PluginRefusal) {
        guard words != expected else { return }
        let theirs = words.split(separator: " ").map(String.init)
        let ours = expected.split(separator: " ").map(String.init)
        guard theirs.count == ours.count, let index = ours.indices.first(where: { theirs[$0] != ours[$0] }) else {
            throw PluginRefusal("was built for \"\(words.prefix(100))\"; this server is \"\(expected)\"")
        }
        throw PluginRefusal("was built for \(theirs[index]); this server is \(ours[index]): build it again")
    }

    private static func loaderMessage(_ file: String) -> String {
        guard let message = dlerror() else { return "cannot be loaded" }
        let text = String(cString: message)
        let prefix = file + ": "
        return "cannot be loaded: " + (text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text)
    }
}
