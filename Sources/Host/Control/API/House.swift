package import Dictionary
package import Store

/// What endpoints work with beside the caller's own connection.
package struct House: Sendable {
    package typealias Cipher = @Sendable (_ bytes: [UInt8], _ place: String) throws -> [UInt8]

    /// Seals a secret to its row (`nas_devices/7/secret`), and opens it.
    package let seal: Cipher
    package let open: Cipher
    package let dictionary: AttributeDictionary
    /// Microseconds since 1970.
    package let clock: @Sendable () -> Int64
    /// Microseconds of a clock that is not set: for how much in how long.
    package let steadyClock: @Sendable () -> Int64
    /// Whole lists, which go on after their endpoint has answered.
    package let exports: Exports
    /// The running program's.
    package let version: String
    package let log: @Sendable (String) -> Void
    /// What there is to be permitted, plugins' included.
    package let catalogue: @Sendable () -> PermissionCatalogue
    package let principals: PrincipalCache?
    package let events: EventHub?
    /// Event streams of each account.
    package let eventPlaces: AccountPlaces
    /// Counts sign-ins by account, whoever asks from wherever; nil where nothing is limited.
    package let limiter: RateLimiter?

    package init(
        seal: @escaping Cipher, open: @escaping Cipher, dictionary: AttributeDictionary,
        clock: @escaping @Sendable () -> Int64, steadyClock: @escaping @Sendable () -> Int64, exports: Exports,
        version: String,
        log: @escaping @Sendable (String) -> Void,
        catalogue: @escaping @Sendable () -> PermissionCatalogue = { .core }, principals: PrincipalCache? = nil,
        events: EventHub? = nil, eventPlaces: AccountPlaces = AccountPlaces(limit: 32), limiter: RateLimiter? = nil
    ) {
        self.seal = seal
        self.open = open
        self.dictionary = dictionary
        self.clock = clock
        self.steadyClock = steadyClock
        self.exports = exports
        self.version = version
        self.log = log
        self.catalogue = catalogue
        self.principals = principals
        self.events = events
        self.eventPlaces = eventPlaces
        self.limiter = limiter
    }

    /// People, on the caller's connection.
    package func identity(_ connection: Connection) -> Identity {
        Identity(
            connection, catalogue: catalogue(), box: SecretBox(seal: seal, open: open), cache: principals, clock: clock)
    }
}
