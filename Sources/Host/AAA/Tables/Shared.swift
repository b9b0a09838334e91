/// One value that many hold: passing it on copies a reference, changing it makes a new one. What is large and seldom
/// changed goes through a login like this.
@dynamicMemberLookup
package struct Shared<Value: Sendable>: Sendable {
    private final class Box: Sendable {
        let value: Value
        init(_ value: Value) { self.value = value }
    }

    private var box: Box

    package init(_ value: Value) { box = Box(value) }

    package var value: Value { box.value }

    package subscript<Member>(dynamicMember path: KeyPath<Value, Member>) -> Member {
        @inline(__always) get { box.value[keyPath: path] }
    }

    package subscript<Member>(dynamicMember path: WritableKeyPath<Value, Member>) -> Member {
        @inline(__always) get { box.value[keyPath: path] }
        set {
            var changed = box.value
            changed[keyPath: path] = newValue
            box = Box(changed)
        }
    }
}
