import PluginAPI

/// The types of inputs and outputs for clients in TypeScript, made from the same declarations.
package enum TypeScript {
    package static func text(_ endpoints: [Endpoint]) -> String {
        var text = """
            // Made from the declarations of the API; not edited by hand.

            export interface Page<Item> {
              items: Item[];
              total: number;
              total_is_exact: boolean;
              next: string | null;
              prev: string | null;
            }

            export interface Problem {
              type: string;
              title: string;
              status: number;
              code: string;
              detail: string;
              fields?: Record<string, string>;
            }

            """
        for endpoint in endpoints { text += operation(endpoint) }
        text += "\nexport interface Operations {\n"
        for endpoint in endpoints { text += "  \(endpoint.name): \(typeName(endpoint));\n" }
        return text + "}\n"
    }

    private static func typeName(_ endpoint: Endpoint) -> String {
        endpoint.name.prefix(1).uppercased() + endpoint.name.dropFirst()
    }

    private static func operation(_ endpoint: Endpoint) -> String {
        """

        /** \(endpoint.summary). */
        export interface \(typeName(endpoint)) {
          method: "\(endpoint.method.rawValue)";
          path: "\(API.root + endpoint.path)";
          parameters: \(object(endpoint.parameters, "  ", isInput: true));
          query: \(object(endpoint.query, "  ", isInput: true));
          body: \(body(endpoint.body));
          output: \(output(endpoint.output));
        }

        """
    }

    private static func body(_ body: Endpoint.Body?) -> String {
        switch body {
        case nil: "undefined"
        case .fields(let fields, let partly): object(fields, "  ", isInput: true, partly: partly)
        case .text: "string"
        }
    }

    private static func output(_ output: Endpoint.Output) -> String {
        switch output {
        case .none: "undefined"
        case .record(let fields): object(fields, "  ", isInput: false)
        case .row(let fields): object(fields, "  ", isInput: false, partly: true)
        case .page(let fields): "Page<\(object(fields, "  ", isInput: false, partly: true))>"
        case .items(let fields): "{ items: \(object(fields, "  ", isInput: false))[] }"
        case .text, .events: "string"
        }
    }

    private static func object(
        _ fields: [FieldDescription], _ indent: String, isInput: Bool, partly: Bool = false
    ) -> String {
        if fields.isEmpty { return isInput ? "Record<string, never>" : "Record<string, unknown>" }
        var lines = "{\n"
        for field in fields {
            let isOptional = partly || (isInput && !field.isRequired)
            if !field.text.isEmpty { lines += "\(indent)  /** \(field.text) */\n" }
            let name =
                field.name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } ? field.name : "\"\(field.name)\""
            lines +=
                "\(indent)  \(name)\(isOptional ? "?" : ""): \(type(field.kind, indent + "  ", isInput: isInput));\n"
        }
        return lines + indent + "}"
    }

    private static func type(_ kind: FieldKind, _ indent: String, isInput: Bool) -> String {
        switch kind {
        case .bool: "boolean"
        case .integer, .number: "number"
        case .text: "string"
        case .format("object"): "{ [name: string]: unknown }"
        case .format(let format): format == "json" ? "unknown" : "string"
        case .choice(let texts): texts.map { "\"\($0)\"" }.joined(separator: " | ")
        case .list(let item): "(\(type(item, indent, isInput: isInput)))[]"
        case .record(let fields): object(fields, indent, isInput: isInput)
        case .optional(let wrapped): "\(type(wrapped, indent, isInput: isInput)) | null"
        @unknown default: "unknown"
        }
    }
}
