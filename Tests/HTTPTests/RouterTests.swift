import Testing

@testable import HTTP

@Suite
struct RouterTests {
    private static let tree = RouteTree(
        [
            ("GET", "/"), ("GET", "/a"), ("POST", "/a"), ("GET", "/a/{id}"), ("POST", "/a/new"), ("DELETE", "/a/new"),
            ("GET", "/a/{id}/b"), ("GET", "/a/new/c"), ("GET", "/f/{path...}"), ("GET", "/f/known"),
            ("GET", "/a/{other}"),
        ].map { Route($0.0, $0.1) { _ in .text("") } })

    private func found(_ method: String, _ path: String) -> String {
        switch RouterTests.tree.find(method, path) {
        case nil: "404"
        case .methods(let methods): methods.sorted().joined(separator: " ")
        case .route(let route, let parameters):
            ([route.parts.joined(separator: "/")] + parameters.map { "\($0.key)=\($0.value)" }).joined(separator: " ")
        }
    }

    @Test(arguments: [
        ("GET", "/b", "404"), ("GET", "", "404"), ("GET", "//", "404"), ("GET", "/a/", "404"), ("GET", "/a//b", "404"),
        ("GET", "/a/1/x", "404"), ("GET", "/f", "404"), ("GET", "/f/", "404"), ("PUT", "/a", "GET POST"),
        ("PUT", "/a/new", "DELETE GET POST"), ("GET", "/", "/"), ("GET", "/a", "/a"), ("GET", "/a/7", "/a/{id} id=7"),
        // A literal goes before a parameter, unless it lacks the method or the rest of the path.
        ("POST", "/a/new", "/a/new"), ("GET", "/a/new", "/a/{id} id=new"), ("GET", "/a/new/b", "/a/{id}/b id=new"),
        ("GET", "/a/new/c", "/a/new/c"), ("GET", "/f/known", "/f/known"), ("GET", "/f/x", "/f/{path...} path=x"),
        ("GET", "/f/x/y.js", "/f/{path...} path=x/y.js"),
    ])
    func `a path finds its route`(method: String, path: String, result: String) {
        #expect(found(method, path) == result)
    }

    @Test func `a thousand routes are found without trying each`() {
        let routes = (0..<1000).map { number in Route.get("/r\(number)/{id}") { _ in .text("\(number)") } }
        let tree = RouteTree(routes)
        guard case .route(let route, let parameters) = tree.find("GET", "/r999/7") else {
            Issue.record("not found")
            return
        }
        #expect(route.parts.last == "{id}")
        #expect(parameters == ["id": "7"])
    }
}
