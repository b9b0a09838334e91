/// What tells a browser to run nothing but our own scripts, and to let nobody else frame or read a page.
package enum SecurityHeaders {
    package static let page: [(name: String, value: String)] = [
        (
            name: "Content-Security-Policy",
            value: "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                + "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        (name: "X-Frame-Options", value: "DENY"),
        (name: "Referrer-Policy", value: "same-origin"),
        (name: "Cross-Origin-Opener-Policy", value: "same-origin"),
        (name: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=(), payment=()"),
    ]
}
