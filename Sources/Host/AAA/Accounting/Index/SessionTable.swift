/// Sessions in pages of contiguous records, found by place and by key. Growing copies no record.
struct SessionTable {
    static let none = UInt32.max

    private var pages = Pages()
    private var free = SessionTable.none
    private var byPlace = HashSlots()
    private var byKey = HashSlots()
    private(set) var count = 0

    subscript(index: UInt32) -> SessionEntry {
        get { pages[index] }
        set { pages[index] = newValue }
    }

    /// The newest entry of a place.
    func newest(_ place: UInt64) -> UInt32? { byPlace.find(place) { self[$0].place == place } }

    /// The first entry with this key.
    func entry(_ key: SessionKey) -> UInt32? { byKey.find(SessionTable.hash(key)) { self[$0].key == key } }

    /// Calls `body` on the place's entries, newest first, until it says true; that one.
    func first(_ place: UInt64, where body: (SessionEntry) -> Bool) -> UInt32? {
        var next = newest(place) ?? SessionTable.none
        while next != SessionTable.none {
            let entry = self[next]
            if body(entry) { return next }
            next = entry.older
        }
        return nil
    }

    /// Lets `body` change an entry where it lies; not its key or place.
    mutating func change<Result>(_ index: UInt32, _ body: (inout SessionEntry) -> Result) -> Result {
        body(&pages[index])
    }

    mutating func add(_ entry: SessionEntry) {
        var entry = entry
        let before = newest(entry.place)
        entry.older = before ?? SessionTable.none
        let index = store(entry)
        count += 1
        if let before {
            byPlace.replace(entry.place, before, by: index)
        } else {
            byPlace.insert(entry.place, index) { [pages] in pages[$0].place }
        }
        if self.entry(entry.key) == nil {
            byKey.insert(SessionTable.hash(entry.key), index) { [pages] in SessionTable.hash(pages[$0].key) }
        }
    }

    private mutating func store(_ entry: SessionEntry) -> UInt32 {
        if free != SessionTable.none {
            let index = free
            free = self[index].older
            self[index] = entry
            return index
        }
        pages.append(entry)
        return pages.count - 1
    }

    mutating func remove(_ index: UInt32) {
        let entry = self[index]
        unlink(index, entry)
        if byKey.find(SessionTable.hash(entry.key), { $0 == index }) != nil {
            byKey.remove(SessionTable.hash(entry.key), index) { [pages] in SessionTable.hash(pages[$0].key) }
        }
        self[index].isUsed = false
        self[index].older = free
        free = index
        count -= 1
    }

    private mutating func unlink(_ index: UInt32, _ entry: SessionEntry) {
        guard let head = newest(entry.place) else { return }
        if head == index {
            if entry.older == SessionTable.none {
                byPlace.remove(entry.place, index) { [pages] in pages[$0].place }
            } else {
                byPlace.replace(entry.place, index, by: entry.older)
            }
            return
        }
        var before = head
        while self[before].older != index { before = self[before].older }
        change(before) { $0.older = entry.older }
    }

    /// Calls `body` on every entry.
    func forEach(_ body: (UInt32, SessionEntry) -> Void) {
        for index in 0..<pages.count where pages[index].isUsed { body(index, pages[index]) }
    }

    private static func hash(_ key: SessionKey) -> UInt64 { (key.high ^ key.low.byteSwapped) &* 0x9E37_79B9_7F4A_7C15 }
}

/// Records that stay where they are.
private struct Pages {
    private static let size = 4096
    private var pages: [[SessionEntry]] = []
    private(set) var count: UInt32 = 0

    subscript(index: UInt32) -> SessionEntry {
        _read { yield pages[Int(index) / Pages.size][Int(index) % Pages.size] }
        _modify { yield &pages[Int(index) / Pages.size][Int(index) % Pages.size] }
    }

    mutating func append(_ entry: SessionEntry) {
        let page = Int(count) / Pages.size
        if page == pages.count {
            pages.append([])
            pages[page].reserveCapacity(Pages.size)
        }
        pages[page].append(entry)
        count += 1
    }
}
