/// The hidden commands by which `serve` starts its processes.
enum ProcessCommands {
    static let radius = group("radius-process", RadiusProcess.main)
    static let control = group("control-process", ControlProcess.main)
    static let demo = group("demo-process", DemoProcess.main)
    static let prepare = group("prepare-process", PrepareProcess.main)

    private static func group(
        _ name: String, _ main: @escaping @Sendable (ProcessOrders, Configuration, Environment) throws -> Int32
    ) -> CommandGroup {
        CommandGroup(name, options: options, isHidden: true) { parsed, environment in
            let orders = try ProcessOrders(parsed)
            return try ProcessOrders.telling { try main(orders, Configuration(parsed, environment), environment) }
        }
    }

    private static let options = Options(
        "one of the server's processes",
        flags: [.repeatable("socket", "PURPOSE,ADDRESS,PORT", "a socket handed over, in the order of its descriptor")])
}
