import PluginAPI

/// Takes in statements, file after file, and makes the tables of an `AttributeDictionary`. Tolerant: whatever is
/// doubtful becomes a diagnostic and, where it can, an attribute of octets.
struct DictionaryBuilder {
    /// What is handed over at the end.
    struct Content {
        var attributes: [Attribute] = []
        var vendors: [Vendor] = []
        var diagnostics: [Diagnostic] = []
        var files: [String] = []
        var indexByName: [String: Int] = [:]
        var indexByPath: [[UInt32]: Int] = [:]
        var vendorByNumber: [UInt32: Vendor] = [:]
        var valueCount = 0
    }

    /// Where a definition stands, as an index into the files and a line.
    struct Place {
        var file: Int
        var line: Int
    }

    /// What a BEGIN opened: names inside are numbered below `path`.
    struct Scope {
        let block: Block
        let name: String
        let path: [UInt32]
    }

    /// A VALUE that came before its attribute.
    struct PendingValue {
        let attribute: String
        let name: String
        let number: String
        let place: Place
    }

    var content = Content()
    var places: [Place] = []
    var vendorByName: [String: Vendor] = [:]
    var protocols: [String: UInt32] = ["radius": 1]
    var scopes: [Scope] = []
    var pending: [PendingValue] = []
    /// Attributes that take over the values of another, by index: its name.
    var borrowed: [(Int, String)] = []
    /// Where version 4's relative numbers (`.1`) start.
    var relativeBase: [UInt32] = []
    /// The structure that MEMBER lines go to.
    var openStructure: Int?
    var lastValueTarget: (name: String, index: Int)?
    var defaultFlags = AttributeFlags()
    var nextDefined: UInt32 = 1 << 20
    var place = Place(file: 0, line: 0)

    init() {
        content.attributes.reserveCapacity(8192)
        places.reserveCapacity(8192)
        content.indexByName.reserveCapacity(8192)
        content.indexByPath.reserveCapacity(8192)
    }

    var fileCount: Int { content.files.count }

    /// Begins a file; gives what `leave` wants back.
    mutating func enter(file: String) -> (Place, [Scope], AttributeFlags) {
        let outer = (place, scopes, defaultFlags)
        content.files.append(file)
        place = Place(file: content.files.count - 1, line: 0)
        return outer
    }

    /// Ends a file: a block still open in it is closed with a remark.
    mutating func leave(to outer: (place: Place, scopes: [Scope], flags: AttributeFlags)) {
        for scope in scopes.dropFirst(outer.scopes.count) {
            report(.warning, "\(scope.block.beginWord) \(scope.name) is not ended; it ends with its file")
        }
        (place, scopes, defaultFlags) = (outer.place, outer.scopes, outer.flags)
        openStructure = nil
        relativeBase = []
    }

    mutating func at(line: Int) { place.line = line }

    mutating func report(_ severity: Diagnostic.Severity, _ message: String) {
        let file = content.files.isEmpty ? "" : content.files[place.file]
        content.diagnostics.append(
            Diagnostic(severity: severity, file: file, line: place.line, message: message))
    }

    mutating func report(_ diagnostics: [Diagnostic]) { content.diagnostics += diagnostics }

    mutating func add(_ line: DictionaryDocument.Line) {
        place.line = line.number
        switch line.statement {
        case .blank, .comment, .unknown, .include: break
        case .attribute(let name, let oid, let type, let flags): addAttribute(name, oid, type, flags)
        case .value(let attribute, let name, let number): addValue(attribute, name, number)
        case .vendor(let name, let number, let options): addVendor(name, number, options)
        case .define(let name, let type, let flags): addDefinition(name, type, flags)
        case .enumeration(let name, let type, let flags): addDefinition(name, type, flags)
        case .alias(let name, let target): addAlias(name, target)
        case .structure(let name, let key, let value, let flags): addStructure(name, key, value, flags)
        case .member(let name, let type, let flags): addMember(name, type, flags)
        case .flags(let words): addFlags(words)
        case .protocolName(let name, let number, _): addProtocol(name, number)
        case .begin(let block, let name, let options): begin(block, name, options)
        case .end(let block, let name): end(block, name)
        }
    }

    private mutating func addFlags(_ words: [String]) {
        for word in words.flatMap({ $0.split(separator: ",") }) {
            switch word {
            case "internal": defaultFlags.isInternal = true
            case "!internal": defaultFlags.isInternal = false
            default: report(.warning, "FLAGS \(word) is not known; ignored")
            }
        }
    }

    private mutating func addProtocol(_ name: String, _ number: String) {
        guard let value = number.dictionaryNumber, value <= 0xFFFF else {
            return report(.error, "PROTOCOL \(name) has no number from 0 to 65535; left out")
        }
        protocols[name.asciiLowercased] = UInt32(value)
    }

    /// The numbers that whatever is defined now lies below.
    var basePath: [UInt32] { scopes.last?.path ?? [] }

    mutating func finish() -> Content {
        for value in pending {
            place = value.place
            resolve(value)
        }
        for (index, name) in borrowed {
            guard let source = content.indexByName[name.asciiLowercased] else { continue }
            content.attributes[index].values.entries += content.attributes[source].values.entries
        }
        return content
    }

    private mutating func resolve(_ value: PendingValue) {
        guard let index = content.indexByName[value.attribute.asciiLowercased] else {
            return report(.warning, "VALUE \(value.name) belongs to \(value.attribute), which is not defined; not used")
        }
        setValue(index, value.name, value.number)
    }
}
