import PluginAPI

/// Whose a record is when it does not bring the login's Class: by name, or by the device or line that stood in for one.
struct Owner {
    let id: Int64
    let serviceID: Int64?
    let tierPosition: Int

    private init(_ record: SubscriberRecord) {
        let header = record.header
        id = header.id
        serviceID = header.flags.contains(.hasService) ? header.serviceID : nil
        tierPosition = Int(header.tierPosition)
    }

    static func of(_ record: AccountingRecord, _ tables: borrowing PolicyTables) -> Owner? {
        let subscribers = tables.subscribers
        return withUnsafeTemporaryAllocation(byteCount: SubscriberRecord.maximumLength, alignment: 16) { room in
            if let found = named(record, subscribers, room) { return Owner(found) }
            guard let nas = tables.nas[record.nasID] else { return nil }
            if nas.allowsMACLogin, let mac = record.username.flatMap({ MACAddress($0) }) ?? record.mac,
                let found = subscribers.find(mac: mac, into: room)
            {
                return Owner(found)
            }
            guard nas.allowsLineLogin, var line = record.line else { return nil }
            return line.withUTF8 { subscribers.find(line: UnsafeRawBufferPointer($0), into: room) }.map(Owner.init)
        }
    }

    /// By the whole name, else by what stands before the realm.
    private static func named(
        _ record: AccountingRecord, _ subscribers: SubscriberStore, _ room: UnsafeMutableRawBufferPointer
    ) -> SubscriberRecord? {
        guard var text = record.username else { return nil }
        return text.withUTF8 { bytes in
            let name = LoginName(UnsafeRawBufferPointer(bytes))
            if let found = name.withBytes({ subscribers.find(name: $0, into: room) }) { return found }
            guard name.hasRealm else { return nil }
            return name.withUser { subscribers.find(name: $0, into: room) }
        }
    }
}
