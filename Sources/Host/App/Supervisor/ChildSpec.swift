/// A process that the supervisor keeps running.
struct ChildSpec {
    /// As it is in the log: `radius`, `control`.
    let name: String
    /// The program and its arguments, its name first.
    let arguments: [String]
    let variables: [String: String]
    /// Handed over at ProcessOrders.firstSocket and up, in this order.
    let descriptors: [Int32]
}
