/// Who may log in as whom; asked at the start and again at every request.
enum ImpersonationRules {
    /// A reseller's operator within the own rows. Nobody of the house: with the own rights one is oneself.
    static func may(_ one: Holder, be other: Holder) -> Bool {
        one.isUsable && !one.mustChange && one.permissions.contains("impersonate.reseller") && one.id != other.id
            && other.isUsable && !other.scope.isHouse && one.scope.contains(other.scope.path)
    }

    /// A customer within the own rows, by the path of his reseller.
    static func may(_ one: Holder, beCustomerAt path: String) -> Bool {
        one.isUsable && !one.mustChange && one.permissions.contains("impersonate.customer")
            && one.scope.contains(path)
    }
}
