import Glibc

/// Room for byte strings of different lengths in blocks of 128, most of which an Access-Reject needs one. A string that
/// is longer takes a chain of them. Nothing is allocated after it was made, and memory is taken when it is first used.
struct ByteBlocks: ~Copyable {
    static let blockSize = 128
    private let memory: UnsafeMutableRawPointer
    /// The next block of a chain, or of the free ones; -1 at the end.
    private let next: UnsafeMutablePointer<Int32>
    private let count: Int
    /// Blocks from here on were never used.
    private var fresh = 0
    private var free: Int32 = -1
    private(set) var used = 0

    init(bytes: Int) {
        count = bytes / ByteBlocks.blockSize
        guard let memory = malloc(count * ByteBlocks.blockSize) else { fatalError("no memory for \(bytes) bytes") }
        self.memory = memory
        next = .allocate(capacity: count)
    }

    deinit {
        Glibc.free(memory)
        next.deallocate()
    }

    /// The first block of the copy; nil when there is no room for all of it.
    mutating func keep(_ bytes: UnsafeRawBufferPointer) -> Int32? {
        let needed = (bytes.count + ByteBlocks.blockSize - 1) / ByteBlocks.blockSize
        guard needed > 0, count - used >= needed, let base = bytes.baseAddress else { return nil }
        var chain: Int32 = -1
        // From the end, so that each block knows its successor.
        for index in (0..<needed).reversed() {
            let block = take()
            let from = index * ByteBlocks.blockSize
            memcpy(address(block), base + from, min(ByteBlocks.blockSize, bytes.count - from))
            next[Int(block)] = chain
            chain = block
        }
        return chain
    }

    /// Copies a string out and gives its blocks back.
    mutating func release(_ first: Int32, into buffer: UnsafeMutableRawBufferPointer, length: Int) {
        var block = first
        var done = 0
        while block >= 0 {
            let count = min(ByteBlocks.blockSize, length - done)
            if let base = buffer.baseAddress { memcpy(base + done, address(block), count) }
            done += count
            let after = next[Int(block)]
            next[Int(block)] = free
            free = block
            used -= 1
            block = after
        }
    }

    private mutating func take() -> Int32 {
        used += 1
        if free >= 0 {
            defer { free = next[Int(free)] }
            return free
        }
        defer { fresh += 1 }
        return Int32(fresh)
    }

    private func address(_ block: Int32) -> UnsafeMutableRawPointer { memory + Int(block) * ByteBlocks.blockSize }
}
