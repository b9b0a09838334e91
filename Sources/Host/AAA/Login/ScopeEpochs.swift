package import PluginAPI
import Threads

/// When each router, or virtual router in it, last said that it had started anew (Accounting-On, -Off): what was heard
/// of before is suspect. One number changes, however many sessions there are.
final class ScopeEpochs: Sendable {
    /// A scope's number.
    typealias Number = Int32

    private struct Scope {
        var key: UInt64
        /// Seconds since 1970; sessions last heard of then or before are suspect.
        var epoch: Int64
        /// The whole router that a virtual one is part of; itself otherwise.
        var whole: Number
    }

    private struct State {
        var numbers: [UInt64: Number] = [:]
        var scopes: [Scope] = []

        mutating func number(_ key: ScopeKey) -> Number {
            if let known = numbers[key.scope] { return known }
            let new = Number(scopes.count)
            scopes.append(Scope(key: key.scope, epoch: .min, whole: new))
            numbers[key.scope] = new
            if key.whole != key.scope { scopes[Int(new)].whole = number(ScopeKey(scope: key.whole, whole: key.whole)) }
            return new
        }
    }

    private let state = Locked(State())

    func number(_ scope: ScopeKey) -> Number { state.withLock { $0.number(scope) } }

    func begin(_ scope: ScopeKey, at time: Int64) {
        state.withLock { state in
            let number = Int(state.number(scope))
            state.scopes[number].epoch = max(state.scopes[number].epoch, time)
        }
    }

    /// A scope as another process is told of it.
    struct Told: BitwiseCopyable {
        var key: ScopeKey
        var epoch: Int64
        var wholeEpoch: Int64
    }

    func scope(_ number: Number) -> Told {
        state.withLock { state in
            let scope = state.scopes[Int(number)]
            let whole = state.scopes[Int(scope.whole)]
            return Told(key: ScopeKey(scope: scope.key, whole: whole.key), epoch: scope.epoch, wholeEpoch: whole.epoch)
        }
    }

    /// The scope's number here; restarts that were told are known from now on.
    func take(_ told: Told) -> Number {
        begin(told.key, at: told.epoch)
        begin(ScopeKey(scope: told.key.whole, whole: told.key.whole), at: told.wholeEpoch)
        return number(told.key)
    }

    /// The later of the scope's own and its whole router's.
    func epoch(_ number: Number) -> Int64 {
        state.withLock { state in
            let scope = state.scopes[Int(number)]
            return max(scope.epoch, state.scopes[Int(scope.whole)].epoch)
        }
    }
}

/// A scope by 64 bits of hash, made from a packet's bytes as they are.
package struct ScopeKey: Sendable, Hashable, BitwiseCopyable {
    let scope: UInt64
    /// Of the whole router.
    let whole: UInt64

    init(scope: UInt64, whole: UInt64) {
        self.scope = scope
        self.whole = whole
    }

    package init(
        nasID: Int64, nasIP: IPAddress, identifier: UnsafeRawBufferPointer?, virtualRouter: UnsafeRawBufferPointer?
    ) {
        var hash = ByteHash.of(UInt64(bitPattern: nasID))
        hash = ByteHash.of(hash ^ nasIP.high)
        hash = ByteHash.of(hash ^ nasIP.low &+ (nasIP.isIPv4 ? 1 : 0))
        if let identifier { hash = ByteHash.of(hash ^ ByteHash.of(identifier)) }
        whole = hash
        scope = virtualRouter.map { ByteHash.of(hash &+ ByteHash.of($0)) } ?? hash
    }

    package init(_ scope: NASScope) {
        let bytes = (scope.identifier.map { Array($0.utf8) }, scope.virtualRouter.map { Array($0.utf8) })
        self = ScopeKey.with(bytes.0) { identifier in
            ScopeKey.with(bytes.1) {
                ScopeKey(nasID: scope.nasID, nasIP: scope.nasIP, identifier: identifier, virtualRouter: $0)
            }
        }
    }

    private static func with(_ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) -> ScopeKey) -> ScopeKey {
        guard let bytes else { return body(nil) }
        return bytes.withUnsafeBytes { body($0) }
    }
}
