import Glibc

/// Where the program's own files are: found from the executable, so that it can be installed anywhere.
struct Installation {
    /// Root file of the dictionaries that come with the program.
    let dictionary: String
    /// The folder of the dictionaries, with the XML schemas.
    var schemas: String { Installation.parent(dictionary) }
    /// The folder of the database's migrations.
    let migrations: String
    /// The folder of the built-in plugins' .so files.
    let plugins: String
    /// The folder of the plugins' own files, a folder each (packs, pages).
    let pluginFiles: String

    /// Installed: `bin/tollkeeper` beside `share/tollkeeper` and `lib/tollkeeper/plugins`. In a checkout: the build
    /// folder, whose plugins stand beside the executable, under the folder with Package.swift. Throws `.refused` when
    /// it is neither.
    init(executable: String) throws {
        let folder = Installation.parent(executable)
        let prefix = Installation.parent(folder)
        if Installation.isFolder(prefix + "/share/tollkeeper") {
            let share = prefix + "/share/tollkeeper"
            self.init(
                dictionary: share + "/dictionaries/dictionary", migrations: share + "/migrations",
                plugins: prefix + "/lib/tollkeeper/plugins", pluginFiles: share + "/plugins")
            return
        }
        var checkout = folder
        while !Installation.isFolder(checkout + "/Sources/Host/Store/Migrations") {
            guard checkout != "/" else {
                throw CommandError.refused(
                    "the files that belong to \(executable) are not found",
                    hint: "they are in ../share/tollkeeper beside its folder, or in the checkout around it")
            }
            checkout = Installation.parent(checkout)
        }
        self.init(
            dictionary: checkout + "/dictionaries/dictionary",
            migrations: checkout + "/Sources/Host/Store/Migrations", plugins: folder,
            pluginFiles: checkout + "/Plugins")
    }

    private init(dictionary: String, migrations: String, plugins: String, pluginFiles: String) {
        self.dictionary = dictionary
        self.migrations = migrations
        self.plugins = plugins
        self.pluginFiles = pluginFiles
    }

    private static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
