/// Acct-Terminate-Cause by name (RFC 2866 section 5.10).
enum TerminateCause {
    private static let names = [
        "User-Request", "Lost-Carrier", "Lost-Service", "Idle-Timeout", "Session-Timeout", "Admin-Reset",
        "Admin-Reboot", "Port-Error", "NAS-Error", "NAS-Request", "NAS-Reboot", "Port-Unneeded", "Port-Preempted",
        "Port-Suspended", "Service-Unavailable", "Callback", "User-Error", "Host-Request",
    ]

    static func name(_ number: UInt32) -> String {
        (1...UInt32(names.count)).contains(number) ? names[Int(number) - 1] : String(number)
    }
}
