/// `tollkeeper key`: the key file under which secrets are kept.
enum KeyCommand {
    static let group = CommandGroup("key", "the key file under which passwords and secrets are kept", verbs: [])
}
