import Glibc

/// Makes this process' descriptor of a file unable to take a write, as a failing disk does.
enum JournalBreaker {
    /// Puts a read-only descriptor in the place of the one that `path` is open by.
    static func close(_ path: String) {
        for descriptor in 3..<1024 as Range<Int32> {
            var name = [CChar](repeating: 0, count: 4096)
            let length = readlink("/proc/self/fd/\(descriptor)", &name, name.count - 1)
            guard length > 0 else { continue }
            let target = String(decoding: name[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard target == path else { continue }
            let refusing = open(path, O_RDONLY)
            dup2(refusing, descriptor)
            Glibc.close(refusing)
            return
        }
    }
}
