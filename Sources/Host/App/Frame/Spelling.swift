/// How far two words are apart, to say "did you mean".
enum Spelling {
    /// Levenshtein's distance: inserted, dropped and changed characters.
    static func distance(_ left: String, _ right: String) -> Int {
        var row = Array(0...right.count)
        for (index, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in right.enumerated() {
                let above = row[column + 1]
                row[column + 1] = min(above + 1, row[column] + 1, diagonal + (character == other ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }

    /// The nearest of the words, when it is near enough to be meant.
    static func nearest(_ word: String, in words: [String]) -> String? {
        words.map { ($0, distance($0, word)) }.filter { $0.1 <= max(1, word.count / 3) }.min { $0.1 < $1.1 }?.0
    }
}
