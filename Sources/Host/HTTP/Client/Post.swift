import CCurl

/// An HTTP POST to somebody else's server, by libcurl: certificates are checked, redirects not followed. Blocks the
/// calling thread.
package struct Post: Sendable {
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// For people; without the URL, which may hold a token.
        package let description: String
    }

    package var url: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    package var timeout: Duration
    /// `host:port:address,…`: these addresses are asked and no others, and no proxy. nil leaves it to libcurl.
    package var pinned: String?

    package init(
        _ url: String, headers: [(name: String, value: String)], body: [UInt8], timeout: Duration = .seconds(10)
    ) {
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }

    private static let isReady: Bool = tk_http_begin() == 0

    /// Sends it; gives the status of the answer. Throws when none came in time.
    package func send() throws(Failure) -> Int {
        guard Post.isReady else { throw Failure(description: "libcurl can't be started") }
        var list: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(list) }
        for header in headers { list = curl_slist_append(list, "\(header.name): \(header.value)") }
        var pins: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(pins) }
        if let pinned { pins = curl_slist_append(nil, pinned) }
        var result = tk_http_result()
        let milliseconds = Int(timeout / .milliseconds(1))
        let done = body.withUnsafeBytes {
            tk_http_post(
                url, list, pins, $0.baseAddress ?? UnsafeRawPointer(bitPattern: 1), $0.count, milliseconds, &result)
        }
        if done == 0 { return result.status }
        let reason = withUnsafeBytes(of: result.error) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        throw Failure(description: reason.isEmpty ? "no answer" : reason)
    }
}
