import PluginAPI

/// Whether what a plugin adds to the pages stays where plugins stand: pages below `/p/<id>`, data from its own routes.
struct PluginPagesCheck {
    let id: String

    func check(_ ui: PluginUI) throws(PluginRefusal) {
        for entry in ui.nav { try check(page: entry.href, entry.permission) }
        for page in ui.pages {
            try check(page: page.path, page.permission)
            try check(resource: page.resource)
            for permission in [page.create?.permission, page.edit?.permission] + page.actions.map(\.permission) {
                try check(permission)
            }
        }
        for panel in ui.panels {
            try check(resource: panel.resource)
            try check(panel.permission)
        }
        for entry in ui.nav where !ui.pages.contains(where: { $0.path == entry.href }) && ui.module == nil {
            throw PluginRefusal("has \(entry.href) in its menu, but no such page and no module")
        }
    }

    private func check(page path: String, _ permission: String?) throws(PluginRefusal) {
        guard path == "/p/\(id)" || path.hasPrefix("/p/\(id)/") else {
            throw PluginRefusal("has the page \(path), which must be /p/\(id) or below")
        }
        try check(permission)
    }

    private func check(resource: String) throws(PluginRefusal) {
        guard resource.hasPrefix("/plugins/\(id)/") else {
            throw PluginRefusal("shows \(resource), which must begin with /plugins/\(id)/")
        }
    }

    private func check(_ permission: String?) throws(PluginRefusal) {
        guard let permission, !PluginPermission.isName(permission) else { return }
        throw PluginRefusal("asks for the permission \(permission) on a page, which is none")
    }
}
