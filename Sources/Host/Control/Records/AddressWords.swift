import Store

/// What is said of addresses to those who are not of the house: neither who holds one, nor what ranges the house has.
enum AddressWords {
    /// Why an address can't be given, whatever range it lies in.
    static let misfit = "does not fit the address range that it lies in"

    /// The refusal of a change, as `hold_statics` of the schema words it, without the range or the holder in it.
    static func forOthers(_ error: StoreError) -> String {
        if error.constraint == "address_holds_unit" { return "an address is held already" }
        let parts = error.message.split(separator: " does not fit the address range ", maxSplits: 1)
        return parts.count == 2 ? "\(parts[0]) \(misfit)" : error.message
    }
}
