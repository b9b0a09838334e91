import AAA
import PluginAPI
import RADIUS

/// Vendor numbers of the shapes (IANA private enterprise numbers).
private enum VendorNumber {
    static let cisco: UInt32 = 9
    static let huawei: UInt32 = 2011
    static let dslForum: UInt32 = 3561
    static let juniper: UInt32 = 4874
    static let nokia: UInt32 = 6527
    static let mikrotik: UInt32 = 14988
    static let wispr: UInt32 = 14122
}

/// NAS-Port-Type (RFC 2865 section 5.41, RFC 4603).
private enum PortType: UInt32 {
    case virtual = 5
    case ethernet = 15
    case wireless = 19
    case pppoeOverVLAN = 33
}

extension AccessShape {
    /// What both the login and every accounting record of a line carry: the kind of service and where the line is.
    func describe(_ line: AccessLine, into request: inout RequestWriter) {
        request.append(AttributeNumber.nasIdentifier, nasIdentifier)
        switch self {
        case .routerOSPPPoE: describePPPoE(line, &request)
        case .routerOSDHCP: describeDHCP(line, &request)
        case .routerOSHotspot: describeHotspot(line, &request)
        case .junos: describeJunos(line, &request)
        case .huawei: describeHuawei(line, &request)
        case .nokia: describeNokia(line, &request)
        case .isg: describeISG(line, &request)
        }
    }

    private func describePPPoE(_ line: AccessLine, _ request: inout RequestWriter) {
        request.appendFramed(.ethernet, port: 15_728_640 + line.index)
        request.append(AttributeNumber.calledStationID, "pppoe-in")
        request.append(AttributeNumber.callingStationID, line.mac.description)
        request.append(AttributeNumber.nasPortID, "vlan\(line.vlan)")
    }

    private func describeDHCP(_ line: AccessLine, _ request: inout RequestWriter) {
        request.appendPort(.ethernet, port: 2_196_766_720 + line.index)
        request.append(AttributeNumber.calledStationID, "dhcp1")
        request.append(AttributeNumber.callingStationID, line.clientID)
        request.append(vendor: VendorNumber.dslForum, 2, Array(line.remoteID.utf8))
        request.append(vendor: VendorNumber.dslForum, 1, Array(line.circuitID.utf8))
    }

    private func describeHotspot(_ line: AccessLine, _ request: inout RequestWriter) {
        request.append(AttributeNumber.serviceType, integer: 1)
        request.appendPort(.wireless, port: 2_150_629_376 + line.index)
        request.append(AttributeNumber.calledStationID, "hotspot1")
        request.append(AttributeNumber.callingStationID, line.mac.description)
        request.append(AttributeNumber.nasPortID, "bridge1")
        request.append(vendor: VendorNumber.mikrotik, 10, line.pooledAddress.bytes)
        request.append(vendor: VendorNumber.wispr, 3, Array("http://192.0.2.1/logout".utf8))
    }

    /// Calling-Station-Id is the system's name with interface and VLAN by default; the MAC is in ERX attributes.
    private func describeJunos(_ line: AccessLine, _ request: inout RequestWriter) {
        request.appendFramed(.ethernet, port: 268_435_456 + line.vlan)
        request.append(AttributeNumber.callingStationID, "#\(nasIdentifier)#E1/0/0#\(line.vlan)")
        request.append(AttributeNumber.nasPortID, "ge-1/0/0.\(line.index):\(line.vlan)")
        request.append(vendor: VendorNumber.juniper, 56, Array(line.quads(".").utf8))
        request.append(vendor: VendorNumber.juniper, 24, Array("pppoe \(line.mac)".lowercased().utf8))
        request.append(vendor: VendorNumber.dslForum, 1, Array(line.circuitID.utf8))
    }

    private func describeHuawei(_ line: AccessLine, _ request: inout RequestWriter) {
        request.appendFramed(.ethernet, port: 16_777_216 + line.vlan)
        request.append(AttributeNumber.callingStationID, line.quads("-"))
        request.append(
            AttributeNumber.nasPortID, "slot=1;subslot=0;port=2;vlanid=\(line.vlan);vlanid2=\(line.index);")
        request.append(vendor: VendorNumber.huawei, 26, UInt32(line.index).octets)
        request.append(vendor: VendorNumber.huawei, 138, Array("isp1".utf8))
    }

    private func describeNokia(_ line: AccessLine, _ request: inout RequestWriter) {
        request.appendFramed(.pppoeOverVLAN, port: line.vlan)
        // The configured kind is sap-id here, so no MAC.
        request.append(AttributeNumber.callingStationID, "1/1/3:\(line.vlan)")
        request.append(AttributeNumber.nasPortID, "1/1/3:\(line.vlan)")
        request.append(vendor: VendorNumber.nokia, 27, Array(line.mac.description.lowercased().utf8))
        request.append(vendor: VendorNumber.dslForum, 1, Array(line.circuitID.utf8))
        request.append(vendor: VendorNumber.dslForum, 2, Array(line.remoteID.utf8))
    }

    private func describeISG(_ line: AccessLine, _ request: inout RequestWriter) {
        request.appendFramed(.virtual, port: line.vlan)
        request.append(AttributeNumber.nasPortID, "0/0/1/\(line.vlan)")
        for pair in [
            "client-mac-address=\(line.quads("."))", "circuit-id-tag=\(line.circuitID)",
            "remote-id-tag=\(line.remoteID)",
        ] {
            request.append(vendor: VendorNumber.cisco, 1, Array(pair.utf8))
        }
    }

    /// What marks the record of a session's service.
    func markService(of session: String, into request: inout RequestWriter) {
        switch self {
        case .junos: request.append(vendor: VendorNumber.juniper, 83, Array("internet(20m,5m)".utf8))
        case .isg:
            request.append(vendor: VendorNumber.cisco, 251, Array("NINTERNET".utf8))
            request.append(vendor: VendorNumber.cisco, 1, Array("parent-session-id=\(session)".utf8))
        default: break
        }
    }

    /// The counters, as the vendor sends them: RFC 2866's with gigawords (RFC 2869), or Nokia's 64-bit ones by queue.
    func count(_ traffic: Traffic, into request: inout RequestWriter) {
        if self == .nokia {
            // Two bytes of queue number, then eight of octets.
            request.append(vendor: VendorNumber.nokia, 19, [0, 1] + traffic.input.octets)
            request.append(vendor: VendorNumber.nokia, 21, [0, 1] + traffic.output.octets)
            return
        }
        request.append(AttributeNumber.acctInputOctets, integer: UInt32(truncatingIfNeeded: traffic.input))
        request.append(AttributeNumber.acctOutputOctets, integer: UInt32(truncatingIfNeeded: traffic.output))
        request.append(AttributeNumber.acctInputGigawords, integer: UInt32(truncatingIfNeeded: traffic.input >> 32))
        request.append(AttributeNumber.acctOutputGigawords, integer: UInt32(truncatingIfNeeded: traffic.output >> 32))
        request.append(AttributeNumber.acctInputPackets, integer: UInt32(truncatingIfNeeded: traffic.input / 700))
        request.append(AttributeNumber.acctOutputPackets, integer: UInt32(truncatingIfNeeded: traffic.output / 1200))
    }
}

/// Octets of a session since its start, RFC 2866's way: input is what the subscriber sent.
struct Traffic: Sendable, Hashable {
    var input: UInt64 = 0
    var output: UInt64 = 0
}

extension RequestWriter {
    fileprivate mutating func appendPort(_ type: PortType, port: Int) {
        append(AttributeNumber.nasPort, integer: UInt32(truncatingIfNeeded: port))
        append(AttributeNumber.nasPortType, integer: type.rawValue)
    }

    /// Service-Type Framed-User, Framed-Protocol PPP, and the port.
    fileprivate mutating func appendFramed(_ type: PortType, port: Int) {
        append(AttributeNumber.serviceType, integer: 2)
        append(AttributeNumber.framedProtocol, integer: 1)
        appendPort(type, port: port)
    }
}

extension FixedWidthInteger {
    /// Its bytes in network order.
    fileprivate var octets: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
