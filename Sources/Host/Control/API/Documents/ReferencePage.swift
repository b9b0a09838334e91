import PluginAPI

/// The API's documentation as a page, made from the declarations.
package enum ReferencePage {
    package static func html(_ endpoints: [Endpoint], version: String) -> String {
        var tags: [String] = []
        for endpoint in endpoints where !tags.contains(endpoint.tag) { tags.append(endpoint.tag) }
        let contents = tags.map { "<li><a href=\"#\($0)\">\(escape($0))</a></li>" }.joined(separator: "\n")
        let sections = tags.map { tag in
            "<h2 id=\"\(tag)\">\(escape(tag))</h2>\n"
                + endpoints.filter { $0.tag == tag }.map(section).joined(separator: "\n")
        }
        return """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Tollkeeper API</title>
            <style>\(style)</style>
            <h1>Tollkeeper API \(escape(version))</h1>
            <p>All paths are below <code>\(API.root)</code>. Machines send <code>Authorization: Bearer TOKEN</code>;
            browsers have a session, and send <code>X-Requested-With: tollkeeper</code> with every change. Errors are
            problem documents (RFC 9457) with a <code>code</code> for programs and, for wrong input,
            <code>fields</code>. The same in OpenAPI 3.1: <a href="\(API.root)/openapi.json">openapi.json</a>.</p>
            <nav><ul>\(contents)</ul></nav>
            \(sections.joined(separator: "\n"))
            </html>

            """
    }

    private static func section(_ endpoint: Endpoint) -> String {
        var html = "<section><h3><code>\(endpoint.method.rawValue) \(escape(endpoint.path))</code></h3>"
        html += "<p>\(escape(endpoint.summary)). \(access(endpoint))</p>"
        html += table("In the path", endpoint.parameters)
        html += table("In the query", endpoint.query)
        switch endpoint.body {
        case nil: break
        case .fields(let fields, let partly): html += table(partly ? "Body: what changes" : "Body", fields)
        case .text(let type, let limit): html += "<p>Body: \(type), up to \(limit >> 20) MiB.</p>"
        }
        if endpoint.needsVersion {
            html += "<p>Needs <code>If-Match</code> with the record's ETag, or its version in quotes.</p>"
        }
        for error in endpoint.errors {
            html += "<p>\(error.status) <code>\(error.code)</code>: \(escape(error.message))</p>"
        }
        return html + "</section>"
    }

    private static func access(_ endpoint: Endpoint) -> String {
        switch endpoint.access {
        case .open: "For anybody."
        case .anyone: "For whoever is signed in."
        case .operator: "For every operator."
        case .may(let permission): "Needs <code>\(permission)</code>."
        }
    }

    private static func table(_ title: String, _ fields: [FieldDescription]) -> String {
        if fields.isEmpty { return "" }
        let rows = fields.map { field in
            "<tr><td><code>\(escape(field.name))</code>\(field.isRequired ? " *" : "")</td>"
                + "<td>\(escape(kind(field.kind)))</td><td>\(escape(field.text))</td></tr>"
        }
        return "<table><caption>\(title)</caption>\(rows.joined())</table>"
    }

    private static func kind(_ kind: FieldKind) -> String {
        switch kind {
        case .bool: "true or false"
        case .integer: "whole number"
        case .number: "number"
        case .text: "text"
        case .format(let format): format
        case .choice(let texts): texts.joined(separator: ", ")
        case .list(let item): "list of \(ReferencePage.kind(item))"
        case .record(let fields): "object: " + fields.map(\.name).joined(separator: ", ")
        case .optional(let wrapped): ReferencePage.kind(wrapped) + ", or null"
        @unknown default: "value"
        }
    }

    private static func escape(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }

    private static let style = """
        body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
        section { border-top: 1px solid #ccc; margin-top: 1.5rem } caption { text-align: left; font-weight: 600 }
        table { border-collapse: collapse; width: 100% } td { border-bottom: 1px solid #eee; padding: .2rem .6rem .2rem 0;
        vertical-align: top } code { font-size: .95em }
        """
}
