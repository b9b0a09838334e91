import PluginAPI
import RADIUS
import Synchronization
import Testing

@testable import AAA

/// The store against dictionaries: whatever is done to both, both find the same.
@Suite struct SubscriberStoreModelTests {
    /// Names, MACs and lines are the owner's alone, as the schema keeps them.
    private struct Model {
        var subscribers: [Int64: Subscriber] = [:]
        var byName: [String: Int64] = [:]
        var byMAC: [MACAddress: Int64] = [:]
        var byLine: [String: Int64] = [:]

        mutating func put(_ new: Subscriber) {
            remove(new.id)
            subscribers[new.id] = new
            byName[new.username] = new.id
            guard new.isPasswordless else { return }
            if let mac = new.mac { byMAC[mac] = new.id }
            if let line = new.lineID { byLine[line] = new.id }
        }

        mutating func remove(_ id: Int64) {
            guard let old = subscribers.removeValue(forKey: id) else { return }
            if byName[old.username] == id { byName[old.username] = nil }
            if let mac = old.mac, byMAC[mac] == id { byMAC[mac] = nil }
            if let line = old.lineID, byLine[line] == id { byLine[line] = nil }
        }
    }

    /// One of few names, so that they go from one to the other.
    private static func random(_ id: Int64, _ dice: inout Dice, _ model: Model) -> Subscriber {
        let name = "user\(dice.roll(3000))"
        let mac = MACAddress(bits: UInt64(dice.roll(500)))
        let line = "line \(dice.roll(500))"
        return makeSubscriber { subscriber in
            subscriber.id = id
            subscriber.username = model.byName[name].map { $0 == id } ?? true ? name : "own name of \(id)"
            subscriber.isPasswordless = dice.roll(2) == 0
            if model.byMAC[mac].map({ $0 == id }) ?? true { subscriber.mac = mac }
            if model.byLine[line].map({ $0 == id }) ?? true { subscriber.lineID = line }
            subscriber.credential = credential(&dice)
            subscriber.sessionLimit = dice.roll(3) == 0 ? nil : dice.roll(5)
            subscriber.expiry = dice.roll(2) == 0 ? nil : Int64(dice.roll(1 << 30))
            if dice.roll(2) == 0 { subscriber.addresses.ipv4 = IPAddress(ipv4: UInt32(dice.roll(1 << 30))) }
            if dice.roll(4) == 0 { subscriber.addresses.delegatedPrefix = IPPrefix("2001:db8:0:100::/56") }
            if dice.roll(9) == 0 {
                subscriber.checks = [
                    CheckRule(attribute: "NAS-Port", operation: .greater, value: "\(id)", known: nil)
                ]
            }
        }
    }

    private static func credential(_ dice: inout Dice) -> Credential {
        let bytes = (0..<dice.roll(200)).map { _ in UInt8(97 + dice.roll(26)) }
        switch dice.roll(5) {
        case 0: return .none
        case 1: return .crypt(String(decoding: bytes, as: UTF8.self))
        case 2: return .ssha(Array(repeating: 7, count: 20), salt: Array(bytes.prefix(60)))
        case 3: return .ntHash(Bytes16(Array(repeating: UInt8(dice.roll(256)), count: 16))!)
        default: return .cleartext(bytes)
        }
    }

    @Test(arguments: [0, 2000]) func `whatever is put, changed and removed is found as in a dictionary`(reserved: Int) {
        let store = SubscriberStore()
        store.reserve(reserved)
        var (model, dice) = (Model(), Dice(seed: 11))
        for step in 0..<12_000 {
            let id = Int64(dice.roll(2000)) - 5
            switch dice.roll(5) {
            case 0:
                store.remove(id)
                model.remove(id)
            case 1:
                let limit = dice.roll(9)
                store.change(id) { $0.sessionLimit = limit }
                model.subscribers[id]?.sessionLimit = limit
            default:
                let new = Self.random(id, &dice, model)
                store.put(new)
                model.put(new)
            }
            if step % 3000 == 2999 { Self.compare(store, model) }
        }
        #expect(model.subscribers.count > 1000)
    }

    private static func compare(_ store: SubscriberStore, _ model: Model) {
        #expect(store.count == model.subscribers.count)
        #expect(Set(store.ids) == Set(model.subscribers.keys))
        for id in Int64(-5)..<1995 {
            #expect(SubscriberText(store[id]) == SubscriberText(model.subscribers[id]))
        }
        for n in 0..<3000 { #expect(store.subscriber(named: "user\(n)")?.id == model.byName["user\(n)"]) }
        for n in 0..<500 {
            let mac = MACAddress(bits: UInt64(n))
            #expect(store.subscriber(mac: mac)?.id == model.byMAC[mac])
            #expect(store.subscriber(line: "line \(n)")?.id == model.byLine["line \(n)"])
        }
    }

    @Test func `ids under few hashes are found whatever went before`() {
        var table = HashTable()
        var dice = Dice(seed: 5)
        var model: [UInt64: Set<Int64>] = [:]
        for _ in 0..<5000 {
            // Hashes side by side, so that their probes run into each other and around the end.
            let (hash, id) = (UInt64.max - UInt64(dice.roll(12)), Int64(dice.roll(40)))
            if model[hash, default: []].contains(id) {
                table.remove(hash, id)
                model[hash, default: []].remove(id)
            } else {
                if let size = table.sizeToGrowTo {
                    table.replace(HashTable.Entries(size: size, copying: table.entries)).free()
                }
                table.insert(hash, id)
                model[hash, default: []].insert(id)
            }
            var found: Set<Int64> = []
            _ = table.find(hash) { !found.insert($0).inserted }
            #expect(found == model[hash, default: []])
        }
    }

    /// What a reader sees must be of one moment: name and password of one record say the same number.
    @Test func `whoever looks while others change finds every one, whole`() {
        let store = SubscriberStore()
        let put = { (id: Int64, turn: Int) in
            let padding = String(repeating: "x", count: turn % 50)
            store.put(
                makeSubscriber {
                    $0.id = id
                    $0.username = "steady \(id)"
                    $0.credential = .cleartext(Array("\(id)/\(turn)/\(padding)".utf8))
                    $0.lineID = "\(id)/\(turn)/\(padding)"
                })
        }
        for id in Int64(1)...50 { put(id, 0) }
        let (isOver, faults) = (Flag(), Flag())
        let reader = WorkerThread("reader") {
            var dice = Dice(seed: 3)
            while !isOver.isSet {
                let name = "steady \(1 + dice.roll(50))"
                let found = store.subscriber(named: name)
                let line = found?.lineID.map { Array($0.utf8) } ?? []
                if found?.username != name || found?.credential != .cleartext(line) { faults.set() }
            }
        }
        for turn in 1...60 {
            for id in Int64(1)...50 { put(id, turn) }
            // Others come and go, and make the shards grow.
            for id in Int64(100)...300 {
                if turn % 3 == 0 { store.remove(id) } else { put(id, turn) }
            }
        }
        isOver.set()
        reader.join()
        #expect(!faults.isSet)
    }

    private final class Flag: Sendable {
        private let value = Atomic(false)
        var isSet: Bool { value.load(ordering: .acquiring) }
        func set() { value.store(true, ordering: .releasing) }
    }
}

/// The same numbers in every run.
struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// 0 ..< sides.
    mutating func roll(_ sides: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(sides))
    }
}

/// All of a subscriber, to compare.
struct SubscriberText: Equatable {
    private let text: String
    init(_ subscriber: Subscriber?) { text = subscriber.map { String(reflecting: $0) } ?? "none" }
}
