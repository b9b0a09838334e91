/// What an emergency leaves out, and until when. The password is not among it: nobody gets in as somebody else.
package struct EmergencySkip: Sendable, Hashable {
    /// The checks that may be left out; nothing else can be named.
    package struct Words: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue & 7 }

        package static let expiry = Words(rawValue: 1)
        package static let mac = Words(rawValue: 2)
        package static let limit = Words(rawValue: 4)

        private static let names: [(word: Words, name: String)] = [
            (.expiry, "expiry"), (.mac, "mac"), (.limit, "limit"),
        ]

        /// `expiry,mac`: in any order, each once; nil for another word or none.
        package init?(text: String) {
            var words: Words = []
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                guard let known = Words.names.first(where: { $0.name == part }), !words.contains(known.word) else {
                    return nil
                }
                words.insert(known.word)
            }
            self = words
        }

        package var list: [String] { Words.names.filter { contains($0.word) }.map(\.name) }

        /// As `init(text:)` reads it.
        package var text: String { list.joined(separator: ",") }
    }

    package var words: Words
    /// Seconds since 1970.
    package var until: Int64

    package static let none = EmergencySkip(words: [], until: 0)
    /// Longer, it would be no emergency but a policy.
    package static let longestSeconds: Int64 = 86_400

    package init(words: Words, until: Int64) {
        self.words = words
        self.until = until
    }

    /// What is left out at `now`, seconds since 1970.
    package func active(now: Int64) -> Words { now < until ? words : [] }
}
