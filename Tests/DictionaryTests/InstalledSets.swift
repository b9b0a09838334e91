import Dictionary

/// Dictionaries that other programs installed on this machine, where they did; tests over them are left out elsewhere.
enum InstalledSets {
    static let freeRADIUS = try? AttributeDictionary.load(file: "/usr/share/freeradius/dictionary")
    static let wireshark = try? AttributeDictionary.load(file: "/usr/share/wireshark/radius/dictionary")
}
