/// How a router dresses its requests: which vendor, and which kind of access.
enum AccessShape: String, CaseIterable, Sendable {
    case routerOSPPPoE = "routeros-pppoe"
    case routerOSDHCP = "routeros-dhcp"
    case routerOSHotspot = "routeros-hotspot"
    case junos
    case huawei
    case nokia
    case isg

    /// `routeros-pppoe|routeros-dhcp|…`, for help and errors.
    static var names: String { allCases.map(\.rawValue).joined(separator: "|") }

    /// The router knows the device by its MAC and asks without a user's password.
    var isPasswordless: Bool { self == .routerOSDHCP }

    /// Services of a session are reported beside it, as records of their own.
    var hasServiceRecords: Bool { self == .junos || self == .isg }

    /// What the router calls itself.
    var nasIdentifier: String {
        switch self {
        case .routerOSPPPoE, .routerOSDHCP, .routerOSHotspot: "MikroTik"
        case .junos: "mx-1"
        case .huawei: "ME60-1"
        case .nokia: "bng-sr-1"
        case .isg: "asr1000-1"
        }
    }

    /// Session ids as the vendor forms them. They start anew after a reboot, as the routers' own do.
    func sessionID(_ index: Int) -> String {
        let number = UInt32(truncatingIfNeeded: index)
        switch self {
        case .routerOSPPPoE: return SessionDigits.of(0x8100_0000 | number)
        case .routerOSDHCP: return SessionDigits.of(0x8200_0000 | number)
        case .routerOSHotspot: return SessionDigits.of(0x8030_0000 | number)
        case .junos: return String(1000 + number)
        case .huawei: return "ME60-100001002000" + SessionDigits.of(number)
        case .nokia: return "2C7BFF000000" + SessionDigits.of(number)
        case .isg: return SessionDigits.of(0x100 + number)
        }
    }

    /// The id of the record of a session's service.
    func serviceSessionID(of session: String) -> String {
        // Junos puts the session's own id before the colon; ISG numbers its services like sessions.
        self == .junos ? "\(session):\(session)1" : "S" + session
    }
}

/// Numbers as routers write them in session ids.
enum SessionDigits {
    /// Eight upper-case hex digits.
    static func of(_ number: UInt32) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
