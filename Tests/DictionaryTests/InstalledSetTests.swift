import Dictionary
import Testing

@Suite struct InstalledSetTests {
    @Test(.enabled(if: InstalledSets.freeRADIUS != nil))
    func `FreeRADIUS 3.2.1's whole set loads with nothing missing`() throws {
        let set = try #require(InstalledSets.freeRADIUS)
        #expect(set.counts.files == 225)
        #expect(set.counts.attributes == 7468)
        #expect(set.counts.distinctAttributes == 7468)
        #expect(set.counts.values == 7987)
        #expect(set.counts.vendors == 185)
        #expect(set.diagnostics.filter { $0.severity != .note } == [])
    }

    @Test(.enabled(if: InstalledSets.wireshark != nil))
    func `Wireshark's whole set loads with nothing left out`() throws {
        let set = try #require(InstalledSets.wireshark)
        #expect(set.counts.attributes == 6218)
        #expect(set.counts.values == 7344)
        #expect(set.diagnostics.filter { $0.severity == .error } == [])
    }
}
