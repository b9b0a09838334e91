/// From where somebody signs in.
package struct Origin: Sendable, Hashable {
    /// The client's address in text.
    package var address: String
    package var userAgent: String?
    package var requestID: String?

    package init(address: String, userAgent: String? = nil, requestID: String? = nil) {
        self.address = address
        self.userAgent = userAgent.map { String($0.prefix(200)) }
        self.requestID = requestID
    }
}
