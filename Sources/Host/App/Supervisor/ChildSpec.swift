/// A process that the supervisor keeps running.
struct ChildSpec {
    /// As it is in the log: `radius`, `control`.
    let name: String
    /// The program and its arguments, its name first.
    let arguments: [String]
    let variables: [String: String]
    /// Handed over at ProcessOrders.firstSocket and up, in this order.
    let descriptors: [Int32]
    /// Whether it loads first and begins when told to (`radius`), rather than working as soon as it is ready.
    var handsOver = false
    /// Whether a reload replaces it.
    var isReplaced = false
    /// Whether a refusal at its start is tried again like a fall, instead of ending the server.
    var isTriedAgain = false
}
