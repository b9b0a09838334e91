package import PluginAPI

/// Whose logins are watched: a name on a device at a NAS. Hashes, so that it fits a table of fixed size.
package struct LoginSubject: Sendable, Hashable, BitwiseCopyable {
    /// `LoginGuard.hash` of the name's bytes as they were sent.
    package var user: UInt64
    /// The 48 bits of the MAC; 0 when the request has none.
    package var mac: UInt64
    package var nasID: Int64

    package init(user: UInt64, mac: UInt64, nasID: Int64) {
        self.user = user
        self.mac = mac
        self.nasID = nasID
    }

    package init(name: UnsafeRawBufferPointer, mac: MACAddress?, nasID: Int64) {
        self.init(user: LoginGuard.hash(name), mac: mac?.bits ?? 0, nasID: nasID)
    }

    /// Never 0, which marks an empty place of a table.
    var key: UInt64 { LoginSubject.mixed(guessKey ^ mac &* 0x9E37_79B9_7F4A_7C15) | 1 }

    /// Guesses are counted by user and NAS: a device that changes its MAC is the same guesser, and a guesser at one NAS
    /// locks nobody out at another.
    var guessKey: UInt64 { LoginSubject.mixed(user ^ UInt64(bitPattern: nasID) &* 0xD6E8_FEB8_6659_FD93) | 1 }

    /// Each bit of the result hangs on every bit of `value` (the finalizer of SplitMix64).
    static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
