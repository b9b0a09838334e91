import Glibc
import Support
import Testing

@testable import App

@Suite
struct DataFolderTests {
    @Test func `a second holder is told who the first is`() throws {
        let scratch = ScratchFolder()
        let folder = DataFolder(scratch.path + "/data")
        try folder.prepare()
        let lock = try folder.lock("tollkeeper serve")
        let error = #expect(throws: CommandError.self) { try folder.lock("tollkeeper init") }
        #expect(error?.message.hasSuffix("is in use by tollkeeper serve, process \(getpid())") == true)
        #expect(error?.code == "data_in_use")
        withExtendedLifetime(lock) {}
    }

    @Test func `others may pass through the folder but see nothing of what is inside`() throws {
        let scratch = ScratchFolder()
        let folder = DataFolder(scratch.path + "/a/b")
        try folder.prepare()
        var status = stat()
        stat(folder.path, &status)
        #expect(status.st_mode & 0o777 == 0o711)
        for path in [folder.runtime, folder.journal] {
            stat(path, &status)
            #expect(status.st_mode & 0o777 == 0o700)
        }
    }
}
