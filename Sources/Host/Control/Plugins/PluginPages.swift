import Glibc
package import HTTP
import Policy

/// The files of the plugins' `Web/` folders as they were at start, for browsers: those of plugins whose doors are open,
/// below `/plugins/<id>/`.
package struct PluginPages: Sendable {
    private let files: [String: StaticFiles]

    init(_ plugins: [LoadedPlugin], log: (_ plugin: String, _ message: String) -> Void) {
        var files: [String: StaticFiles] = [:]
        for plugin in plugins {
            guard let folder = try? plugin.files.path(of: "Web"), PluginPages.isFolder(folder) else { continue }
            do {
                files[plugin.id] = try StaticFiles(folder: folder)
            } catch {
                log(plugin.id, "its pages are not served: \(error)")
            }
        }
        self.files = files
    }

    /// Anybody may read them: they are as public as the core's own pages, and hold no data.
    package static func route(_ plugins: PluginPlace) -> Route {
        .get("/plugins/{plugin}/{file...}") { request in
            let desk = try plugins.desk()
            let plugin = request.parameters["plugin"] ?? ""
            guard desk.doors.isOpen(plugin), let files = desk.pages.files[plugin],
                let response = files.response(request.parameters["file"] ?? "", to: request)
            else { throw Problem(404, "not_found", "There is nothing at this address.") }
            return response
        }
    }

    /// A link is none: it could lead anywhere.
    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
