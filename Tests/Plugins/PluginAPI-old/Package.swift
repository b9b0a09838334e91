// swift-tools-version: 6.2
import PackageDescription

/// All that a plugin author depends on. Dynamic, so that host and plugins share one copy of every protocol;
/// built with library evolution, so that a plugin compiled against an older one keeps working.
let package = Package(
    name: "PluginAPI",
    products: [.library(name: "PluginAPI", type: .dynamic, targets: ["PluginAPI"])],
    targets: [
        .target(
            name: "PluginAPI",
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .treatAllWarnings(as: .error),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .strictMemorySafety(),
                .unsafeFlags(["-enable-library-evolution"]),
            ])
    ]
)
