import HTTP
import Support
import Testing
import Threads

@Suite struct PostTests {
    @Test func `who is not there is a failure in words, without the URL`() {
        let post = Post("http://127.0.0.1:1/secret-token", headers: [], body: [], timeout: .seconds(2))
        let failure = #expect(throws: Post.Failure.self) { try post.send() }
        #expect(failure?.description.isEmpty == false)
        #expect(failure?.description.contains("secret-token") == false)
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/", "no url"])
    func `only http and https are spoken`(_ url: String) {
        #expect(throws: Post.Failure.self) { try Post(url, headers: [], body: [], timeout: .seconds(2)).send() }
    }
}
