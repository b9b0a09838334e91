import Glibc
import PluginAPI
import Store
import Support
import Testing
import Threads

@testable import Control
@testable import HTTP
@testable import Policy

/// The files of a plugin's `Web/` folder, as a browser asks for them.
@Suite(.serialized)
struct PluginPagesTests {
    private let all: Set<String> = ["vouchers.view", "plugins.view", "plugins.manage"]

    /// As the server does it: the target as it is sent, decoded once, and the route that it leads to.
    private func get(_ place: PluginPlace, _ target: String, _ headers: [(name: String, value: String)] = []) throws
        -> Response
    {
        let target = try #require(RequestTarget(Array(target.utf8)))
        var request = Request(method: "GET", path: target.path, query: target.query, headers: headers)
        switch Router([PluginPages.route(place)]).find(request) {
        case .answer(let response): return response
        case .route(let route, let parameters):
            request.parameters = parameters
            let answer = Locked<Response?>(nil)
            do {
                try route.handle(request, Reply { response in answer.withLock { $0 = response } })
            } catch let problem as Problem { return problem.response(to: request) }
            return try #require(answer.withLock { $0 })
        }
    }

    private func header(_ name: String, _ response: Response) -> String? {
        response.headers.first { $0.name == name }?.value
    }

    @Test(arguments: [
        "/plugins/vouchers/../Migrations/0001_vouchers.sql", "/plugins/vouchers/%2e%2e/Migrations/0001_vouchers.sql",
        "/plugins/vouchers/..%2fMigrations%2f0001_vouchers.sql", "/plugins/vouchers/img/..%2f..%2fMigrations",
        "/plugins/vouchers/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/plugins/vouchers/.hidden",
        "/plugins/vouchers/link.txt", "/plugins/vouchers/img", "/plugins/vouchers/img/", "/plugins/vouchers/",
        "/plugins/vouchers//plugin.js", "/plugins/vouchers/nothing.js", "/plugins/nobody/plugin.js",
        "/plugins/../vouchers/plugin.js", "/plugins/plugin.js",
    ])
    func `nothing but the folder's own files is there: no way out, no links, no dot files`(path: String) throws {
        let bench = try PluginBench()
        #expect(try get(bench.place, path).status == 404)
        bench.desk.stop()
    }

    @Test func `the module is where the manifest says, with its type, and for a year`() throws {
        let bench = try PluginBench()
        let manifest = try bench.call("GET", "/ui/manifest", as: bench.principal(["vouchers.view"])).body
        let start = try #require(manifest.firstRange(of: #""module":""#)).upperBound
        let address = String(manifest[start...].prefix { $0 != "\"" })
        #expect(address.hasPrefix("/plugins/vouchers/plugin.js?v="))
        let response = try get(bench.place, address)
        #expect(response.status == 200)
        #expect(response.file?.path == bench.pages + "/plugin.js")
        #expect(header("Content-Type", response) == "text/javascript; charset=utf-8")
        #expect(header("Cache-Control", response) == "public, max-age=31536000, immutable")
        #expect(header("X-Content-Type-Options", response) == "nosniff")
        let tag = try #require(header("ETag", response))
        #expect(try get(bench.place, address, [(name: "if-none-match", value: tag)]).status == 304)
        let packed = try get(bench.place, address, [(name: "accept-encoding", value: "gzip")])
        #expect(packed.file?.path == bench.pages + "/plugin.js.gz")
        #expect(header("Content-Encoding", packed) == "gzip")
        for old in ["/plugins/vouchers/plugin.js", "/plugins/vouchers/plugin.js?v=00000000"] {
            #expect(header("Cache-Control", try get(bench.place, old)) == "no-cache")
        }
        #expect(header("Content-Type", try get(bench.place, "/plugins/vouchers/img/a.svg")) == "image/svg+xml")
        bench.desk.stop()
    }

    @Test func `the files of a plugin that is disabled are gone at once, and there again when it is enabled`() throws {
        let bench = try PluginBench()
        let ann = bench.principal(all)
        for (body, status) in [(#"{"enabled":false}"#, 404), (#"{"enabled":true}"#, 200)] {
            let seen = try bench.call("GET", "/plugins/vouchers", as: ann)
            #expect(try bench.call("PATCH", "/plugins/vouchers", body, as: ann, ifMatch: seen.version).status == 200)
            #expect(try get(bench.place, "/plugins/vouchers/plugin.js").status == status)
        }
        bench.desk.stop()
    }

    @Test func `a file that was removed or changed since the start is gone, not sent as what it was`() throws {
        let bench = try PluginBench()
        try PluginBench.write("export default 2", to: bench.pages + "/new.js")
        try #require(rename(bench.pages + "/new.js", bench.pages + "/plugin.js") == 0)
        #expect(try get(bench.place, "/plugins/vouchers/plugin.js").status == 404)
        try #require(unlink(bench.pages + "/img/a.svg") == 0)
        #expect(try get(bench.place, "/plugins/vouchers/img/a.svg").status == 404)
        bench.desk.stop()
    }

    @Test func `while the plugins are not started the files are not there yet`() throws {
        #expect(try get(PluginPlace(), "/plugins/vouchers/plugin.js").status == 503)
    }
}
