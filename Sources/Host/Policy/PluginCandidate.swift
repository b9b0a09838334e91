import PluginAPI

/// A plugin type found in a file, on its way to being started.
struct PluginCandidate {
    let type: any Plugin.Type
    let manifest: Manifest
    /// `MikroTik` for `libMikroTik.so`: what its folder of files is called.
    let name: String
    var report: PluginReport

    /// Names under which others may need it: its id, and the services it offers.
    var provides: [String] { [manifest.id] + offeredServices }

    var offeredServices: [String] { (type as? any Services.Type)?.offers ?? [] }

    init(_ type: any Plugin.Type, file: String, name: String) {
        self.type = type
        self.name = name
        manifest = type.manifest
        report = PluginReport(file: file)
        report.id = manifest.id
        report.title = manifest.title
        report.version = manifest.version
        report.offers = PluginCandidate.capabilities(of: type)
    }

    /// Names of the capability protocols that a type conforms to.
    private static func capabilities(of type: any Plugin.Type) -> [String] {
        var names: [String] = []
        if type is any Events.Type { names.append("Events") }
        if type is any Jobs.Type { names.append("Jobs") }
        if type is any Migrations.Type { names.append("Migrations") }
        if type is any NASDialect.Type { names.append("NASDialect") }
        if type is any Pages.Type { names.append("Pages") }
        if type is any Permissions.Type { names.append("Permissions") }
        if type is any Routes.Type { names.append("Routes") }
        if type is any Services.Type { names.append("Services") }
        if type is any Settings.Type { names.append("Settings") }
        return names
    }

    /// Its settings, to be shown, and changed also when they are why it does not run.
    func settings(given: [String: String]) -> PluginSettings {
        let type = type
        return PluginSettings(
            fields: (type as? any Settings.Type)?.settingFields ?? [],
            defaults: (type as? any Settings.Type)?.settingDefaults ?? [:], given: given,
            check: { try PluginCandidate.check(type, $0) })
    }

    /// Throws when a setting is unknown or does not fit; a plugin that declares none takes none.
    func check(_ settings: [String: String]) throws(PluginRefusal) {
        do {
            try PluginCandidate.check(type, settings)
        } catch let faults as FieldErrors {
            throw PluginRefusal("setting " + faults.errors.map(\.description).joined(separator: "; setting "))
        } catch {
            throw PluginRefusal("settings: \(error)")
        }
    }

    private static func check(_ type: any Plugin.Type, _ settings: [String: String]) throws {
        if let type = type as? any Settings.Type {
            try type.check(settings)
        } else {
            _ = try Nothing(text: settings)
        }
    }
}

extension Settings {
    fileprivate static func check(_ settings: [String: String]) throws { _ = try Configuration(text: settings) }
    fileprivate static var settingFields: [FieldDescription] { Configuration.fields.map(\.description) }
    fileprivate static var settingDefaults: [String: FieldValue] {
        if case .object(let values) = Configuration().fieldValue { values } else { [:] }
    }
}
