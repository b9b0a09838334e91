/// An operator to be added.
package struct OperatorDraft: Sendable {
    package var username: String
    package var fullName: String?
    package var email: String?
    /// nil: of the house.
    package var resellerID: Int64?
    package var roles: [Int64]
    /// nil: one is made. Either way he changes it at his first sign-in.
    package var password: String?

    package init(
        username: String, fullName: String? = nil, email: String? = nil, resellerID: Int64? = nil,
        roles: [Int64] = [], password: String? = nil
    ) {
        self.username = username
        self.fullName = fullName
        self.email = email
        self.resellerID = resellerID
        self.roles = roles
        self.password = password
    }
}

/// What changes of an operator; nil: stays.
package struct OperatorChange: Sendable {
    package var username: String?
    /// An empty text clears it; so for the e-mail.
    package var fullName: String?
    package var email: String?
    package var isActive: Bool?
    package var roles: [Int64]?

    package init(
        username: String? = nil, fullName: String? = nil, email: String? = nil, isActive: Bool? = nil,
        roles: [Int64]? = nil
    ) {
        self.username = username
        self.fullName = fullName
        self.email = email
        self.isActive = isActive
        self.roles = roles
    }
}
