/// What an emergency changed in a login.
extension Login {
    /// The checks that would have refused it; empty when it would have passed all the same.
    package var neededSkips: EmergencySkip.Words {
        guard !skips.isEmpty else { return [] }
        var strict = self
        strict.skips = []
        var needed: EmergencySkip.Words = []
        if skips.contains(.expiry), ExpiryCheck.refusal(strict) != nil { needed.insert(.expiry) }
        if skips.contains(.mac), MACBindingCheck.refusal(strict) != nil { needed.insert(.mac) }
        if skips.contains(.limit), SessionLimitCheck.refusal(strict) != nil { needed.insert(.limit) }
        return needed
    }

    /// For `radius_logs`: `emergency: expiry, mac skipped`; empty for a login that needed no emergency.
    package var emergencyMark: String {
        let needed = neededSkips
        return needed.isEmpty ? "" : "emergency: \(needed.list.joined(separator: ", ")) skipped"
    }

    /// What `explain` adds to the inputs of a check that is left out.
    func skipNote(_ word: EmergencySkip.Words) -> String {
        skips.contains(word) ? " (not asked: emergency)" : ""
    }
}
