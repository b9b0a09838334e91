import Glibc

/// One file of the journal, as the journal knows it.
struct JournalSegment {
    let path: String
    /// Number of the first batch that it may hold.
    let first: UInt64
    /// Of the last batch that it holds; less than `first` while it has none.
    var last: UInt64
    var bytes: Int

    /// The one file that earlier versions kept.
    static let oldName = "accounting.journal"
    private static let suffix = ".journal"

    static func name(first: UInt64) -> String {
        let digits = String(first)
        return String(repeating: "0", count: 20 - digits.count) + digits + suffix
    }

    /// Names of the segments in a folder, oldest first; the old file before all.
    static func names(in folder: String) throws(JournalError) -> [String] {
        guard let handle = opendir(folder) else {
            throw JournalError(.setup, "can't read the folder \(folder): \(JournalFile.reason())")
        }
        defer { closedir(handle) }
        var names: [String] = []
        var hasOld = false
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == oldName { hasOld = true }
            if name.utf8.count == 20 + suffix.utf8.count, name.hasSuffix(suffix),
                UInt64(name.dropLast(suffix.utf8.count)) != nil
            {
                names.append(name)
            }
        }
        return (hasOld ? [oldName] : []) + names.sorted()
    }
}
