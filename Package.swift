// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target is built with. Warnings are errors; the rest is Swift's own coming defaults.
let common: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]
let host = common
let plugin = common + [.strictMemorySafety()]

let pluginAPI: Target.Dependency = .product(name: "PluginAPI", package: "PluginAPI")

/// A module of the host, in the folder of its name.
func module(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/Host/\(name)", exclude: exclude, swiftSettings: host)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests", resources: resources,
        swiftSettings: host)
}

let package = Package(
    name: "tollkeeper",
    products: [
        .executable(name: "tollkeeper", targets: ["App"]),
        .library(name: "MikroTik", type: .dynamic, targets: ["MikroTikExport"]),
        .library(name: "Generic", type: .dynamic, targets: ["GenericExport"]),
    ],
    dependencies: [.package(path: "Sources/PluginAPI")],
    targets: [
        // C libraries: module maps and shims, nothing else.
        .systemLibrary(name: "CPQ", path: "Sources/Host/C/CPQ", pkgConfig: "libpq"),
        .systemLibrary(name: "CXML2", path: "Sources/Host/C/CXML2", pkgConfig: "libxml-2.0"),
        .systemLibrary(name: "CMicroHTTPD", path: "Sources/Host/C/CMicroHTTPD", pkgConfig: "libmicrohttpd"),
        .systemLibrary(name: "CCurl", path: "Sources/Host/C/CCurl", pkgConfig: "libcurl"),
        .systemLibrary(name: "CEvent", path: "Sources/Host/C/CEvent", pkgConfig: "libevent"),
        .target(
            name: "CCrypto", path: "Sources/Host/C/CCrypto",
            linkerSettings: [.linkedLibrary("crypto"), .linkedLibrary("crypt")]),
        .target(name: "CSystem", path: "Sources/Host/C/CSystem"),

        // The host, from the wire up; a target imports only what stands in its list.
        module("Threads", []),
        module("Calendar", []),
        module("Log", ["Threads"]),
        module("EventLoop", ["Threads", "CEvent", "CSystem"]),
        module("Dictionary", [pluginAPI, "Calendar", "CXML2"]),
        module("RADIUS", [pluginAPI, "Threads", "CCrypto", "CSystem"]),
        module("HTTP", [pluginAPI, "Threads", "CMicroHTTPD", "CCurl", "CCrypto"]),
        module("Store", [pluginAPI, "Calendar", "EventLoop", "CPQ", "CCrypto", "CSystem"], exclude: ["Migrations"]),
        module("AAA", [pluginAPI, "RADIUS", "Dictionary", "Store", "Threads", "Calendar"]),
        module("Policy", [pluginAPI, "Dictionary", "Store", "CSystem"]),
        module("Control", [pluginAPI, "Policy", "AAA", "RADIUS", "Dictionary", "HTTP", "Store", "Log", "Threads"]),
        .executableTarget(
            name: "App",
            dependencies: [
                pluginAPI, "Control", "Policy", "AAA", "RADIUS", "Dictionary", "HTTP", "Store", "EventLoop", "Threads",
                "Log", "CSystem",
            ],
            path: "Sources/Host/App", swiftSettings: host),

        // Built-in plugins; they see PluginAPI and nothing else.
        .target(
            name: "MikroTik", dependencies: [pluginAPI], path: "Plugins/MikroTik", exclude: ["Export", "README.md"],
            swiftSettings: plugin),
        .target(
            name: "MikroTikExport", dependencies: ["MikroTik", pluginAPI], path: "Plugins/MikroTik/Export",
            swiftSettings: plugin),
        .target(
            name: "Generic", dependencies: [pluginAPI], path: "Plugins/Generic",
            exclude: ["Export", "Packs", "README.md"], swiftSettings: plugin),
        .target(
            name: "GenericExport", dependencies: ["Generic", pluginAPI], path: "Plugins/Generic/Export",
            swiftSettings: plugin),

        // What each part is tested by; Support is what the tests share.
        tests("RADIUS", [pluginAPI, "RADIUS", "Threads"]),
        tests("MikroTik", ["MikroTik", pluginAPI]),
        tests("Generic", ["Generic", "Dictionary", pluginAPI]),
        tests("Policy", ["Policy", "Dictionary", "Support", pluginAPI]),
        tests("PluginAPI", [pluginAPI]),
        tests("Dictionary", ["Dictionary", pluginAPI]),
        .target(name: "Support", dependencies: ["Store", "Threads"], path: "Tests/Support", swiftSettings: host),
        tests("Store", ["Store", "Support", pluginAPI]),
        tests("EventLoop", ["EventLoop", "Support"]),
        tests("HTTP", [pluginAPI, "HTTP", "Support", "Threads"]),
        tests("App", ["App", "AAA", "Control", "EventLoop", "HTTP", "Log", "Support", pluginAPI]),
        tests("Tidy", []),
        tests("AAA", ["AAA", "RADIUS", "Dictionary", "Store", "Support", "Threads", pluginAPI]),
        tests(
            "Control",
            ["Control", "Policy", "AAA", "Dictionary", "HTTP", "Log", "Store", "Support", "Threads", pluginAPI]),
    ]
)
