/// The hidden commands by which `serve` starts its processes.
enum ProcessCommands {
    static let radius = CommandGroup("radius-process", options: options, isHidden: true) { parsed, environment in
        try RadiusProcess.main(ProcessOrders(parsed), Configuration(parsed, environment), environment)
    }

    static let control = CommandGroup("control-process", options: options, isHidden: true) { parsed, environment in
        try ControlProcess.main(ProcessOrders(parsed), Configuration(parsed, environment), environment)
    }

    static let demo = CommandGroup("demo-process", options: options, isHidden: true) { parsed, environment in
        try DemoProcess.main(ProcessOrders(parsed), Configuration(parsed, environment), environment)
    }

    private static let options = Options(
        "one of the server's processes",
        flags: [.repeatable("socket", "PURPOSE,ADDRESS,PORT", "a socket handed over, in the order of its descriptor")])
}
