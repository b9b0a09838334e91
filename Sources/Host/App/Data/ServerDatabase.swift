/// The database a command works on: the operator's own, or the private one.
protocol ServerDatabase {
    /// How libpq reaches it.
    var url: String { get }
    /// Stops it if this process started it.
    func stop()
}

/// The operator's own server: nothing of it is started or stopped here.
struct GivenDatabase: ServerDatabase {
    let url: String
    func stop() {}
}
