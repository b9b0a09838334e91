/// Has settings: fields of a struct with defaults and constraints. The host refuses the plugin, naming the setting,
/// when one is unknown or does not fit; shows them and edits them in the panel.
public protocol Settings: Plugin {
    associatedtype Configuration: Record
}
