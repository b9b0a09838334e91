import AAA
import PluginAPI
import RADIUS

/// One session at the simulated router, from its Access-Accept to its Stop. It only makes requests; nothing is sent.
struct SimulatedSession: Sendable {
    /// Acct-Status-Type (RFC 2866 section 5.1).
    enum Record: UInt32, Sendable {
        case start = 1
        case stop = 2
        case interim = 3
    }

    let line: AccessLine
    let shape: AccessShape
    /// Acct-Session-Id.
    let id: String
    /// What the Access-Accept said, to be echoed in order (RFC 2865 section 5.25).
    let classes: [[UInt8]]
    let address: IPAddress
    /// Seconds since 1970.
    let startedAt: Int64
    /// Acct-Interim-Interval of the Access-Accept, seconds.
    let interimSeconds: Int64?
    var traffic = Traffic()

    /// Reads what a router keeps of an Access-Accept.
    init(_ line: AccessLine, _ shape: AccessShape, id: String, accept: PacketView, startedAt: Int64) {
        self.line = line
        self.shape = shape
        self.id = id
        classes = accept.attributes.filter { $0.number == AttributeNumber.classAttribute }.map { Array($0.value) }
        address =
            accept.first(AttributeNumber.framedIPAddress).flatMap { IPAddress(bytes: $0) } ?? line.pooledAddress
        interimSeconds = accept.integer(AttributeNumber.acctInterimInterval).map { Int64($0) }
        self.startedAt = startedAt
    }

    /// The record of the session itself.
    func request(_ record: Record, at now: Int64, from source: IPAddress) -> RequestWriter {
        request(record, id: id, at: now, from: source)
    }

    /// The record of the session's service, for shapes that send such.
    func serviceRequest(_ record: Record, at now: Int64, from source: IPAddress) -> RequestWriter {
        var request = request(record, id: shape.serviceSessionID(of: id), at: now, from: source)
        shape.markService(of: id, into: &request)
        return request
    }

    private func request(_ record: Record, id: String, at now: Int64, from source: IPAddress) -> RequestWriter {
        var request = RequestWriter(.accountingRequest)
        request.append(AttributeNumber.acctStatusType, integer: record.rawValue)
        request.append(AttributeNumber.userName, line.user)
        request.append(AttributeNumber.nasIPAddress, source.bytes)
        shape.describe(line, into: &request)
        request.append(AttributeNumber.acctSessionID, id)
        for value in classes { request.append(AttributeNumber.classAttribute, value) }
        request.append(AttributeNumber.framedIPAddress, address.bytes)
        request.append(AttributeNumber.eventTimestamp, integer: UInt32(clamping: now))
        request.append(AttributeNumber.acctDelayTime, integer: 0)
        if record != .start {
            request.append(AttributeNumber.acctSessionTime, integer: UInt32(clamping: now - startedAt))
            shape.count(traffic, into: &request)
        }
        // User-Request (RFC 2866 section 5.10).
        if record == .stop { request.append(AttributeNumber.acctTerminateCause, integer: 1) }
        return request
    }
}
