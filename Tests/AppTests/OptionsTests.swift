import Testing

@testable import App

@Suite
struct OptionsTests {
    private let options = Options(
        "add a thing", positionals: ["NAME", "[OTHER]"],
        flags: [
            .value("secret", "S", "the secret", isRequired: true), .bool("force", "do it"),
            .repeatable("reply", "R", "an attribute"), .repeatable("tier", "NAME", "a tier"),
            .value("down", "RATE", "rate"),
        ])

    @Test func `names and flags are read in any order, with = or a blank`() throws {
        let parsed = try options.parse([
            "--secret=a=b", "one", "--reply", "x", "--force", "--reply", "y", "--", "--two",
        ])
        #expect(parsed.positionals == ["one", "--two"])
        #expect(parsed.value("secret") == "a=b")
        #expect(parsed.values("reply") == ["x", "y"])
        #expect(parsed.has("force"))
        #expect(parsed.value("down") == nil)
    }

    @Test func `flags after a part describe that part`() throws {
        let arguments = ["one", "--secret", "s", "--down", "20M", "--tier", "FUP1", "--down", "2M", "--tier", "FUP2"]
        let (whole, parts) = try options.parse(arguments).parts(startingAt: "tier")
        #expect(whole.value("down") == "20M")
        #expect(parts.map(\.name) == ["FUP1", "FUP2"])
        #expect(parts.map { $0.flags.value("down") } == ["2M", nil])
    }

    @Test(arguments: [
        (["one"], "`--secret S` is missing"),
        (["--secret", "s"], "NAME is missing"),
        (["a", "b", "c", "--secret", "s"], "`c` is one name too many"),
        (["one", "--secret"], "`--secret S` has no value"),
        (["one", "--secret", "a", "--secret", "b"], "--secret is given twice"),
        (["one", "--secret", "a", "--force=1"], "--force takes no value"),
        (["one", "--secret", "a", "--nonsense"], "there is no option `--nonsense`"),
        (["one", "--secret", "a", "--tier", "x", "--down", "1", "--down", "2"], "--down is given twice"),
    ])
    func `what is wrong with the arguments is said`(arguments: [String], message: String) {
        let error = #expect(throws: CommandError.self) { try options.parse(arguments) }
        #expect(error?.message == message)
        #expect(error?.exitCode == 2)
    }

    @Test func `a misspelled option gets a hint`() {
        let error = #expect(throws: CommandError.self) { try options.parse(["one", "--secrte", "x"]) }
        #expect(error?.hint == "did you mean --secret?")
    }

    @Test func `help names everything that can be given`() {
        let help = options.help("tollkeeper thing add")
        for text in ["Usage: tollkeeper thing add NAME [OTHER] --secret S", "--reply R", "--json", "--data FOLDER"] {
            #expect(help.contains(text))
        }
    }
}
