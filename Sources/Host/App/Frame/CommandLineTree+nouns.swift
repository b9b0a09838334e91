extension CommandLineTree {
    /// The program's commands, in the order `--help` shows them.
    static let tollkeeper = CommandLineTree(groups: [
        ServeCommand.group,
        ReloadCommand.group,
        InitCommand.group,
        DoctorCommand.group,
        AlarmsCommand.group,
        AuditCommand.group,
        JobsCommand.group,
        ServiceCommand.group,
        NASCommand.group,
        SubscriberCommand.group,
        OperatorCommand.group,
        SessionsCommand.group,
        ExplainCommand.group,
        TraceCommand.group,
        OffendersCommand.group,
        EmergencyCommand.group,
        PluginCommand.group,
        DictionaryCommand.group,
        SimulateCommand.group,
        KeyCommand.group,
        ProcessCommands.radius,
        ProcessCommands.control,
        ProcessCommands.demo,
        ProcessCommands.prepare,
    ])
}
