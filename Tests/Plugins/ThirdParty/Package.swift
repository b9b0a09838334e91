// swift-tools-version: 6.2
import PackageDescription

/// A plugin from outside: it depends on PluginAPI, by path, and on nothing else.
let package = Package(
    name: "acme",
    products: [.library(name: "Acme", type: .dynamic, targets: ["Acme"])],
    dependencies: [.package(path: "../../../Sources/PluginAPI")],
    targets: [
        .target(name: "Acme", dependencies: [.product(name: "PluginAPI", package: "PluginAPI")])
    ]
)
