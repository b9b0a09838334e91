import Glibc

/// A unix socket by folder and name. A socket's path has room for 107 bytes only; so the folder is opened, and the path
/// goes through its descriptor, however deep it lies.
struct LocalAddress {
    private let folder: Int32
    private let name: String

    /// Throws `.unavailable` when there is no such folder.
    init(folder path: String, name: String) throws(EventLoopError) {
        folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .unavailable("open \(path)", errno) }
        self.name = name
    }

    /// The address is of no use afterwards.
    func close() { Glibc.close(folder) }

    func remove() { unlinkat(folder, name, 0) }

    func with<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = "/proc/self/fd/\(folder)/\(name)"
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
        return withUnsafeBytes(of: address) {
            body($0.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
        }
    }

    static func socket() throws(EventLoopError) -> Int32 {
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = Glibc.socket(AF_UNIX, flags, 0)
        guard descriptor >= 0 else { throw .unavailable("socket", errno) }
        return descriptor
    }
}
