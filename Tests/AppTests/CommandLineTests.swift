import Testing

@testable import App

@Suite
struct CommandLineTests {
    /// Runs the program's own tree; gives exit code, output and errors.
    private func run(_ arguments: String...) -> (code: Int32, output: String, errors: String) {
        var output = ""
        var errors = ""
        let environment = Environment(
            variables: ["HOME": "/nowhere"], executable: "/nowhere/tollkeeper", writeOutput: { output += $0 },
            writeError: { errors += $0 })
        let code = CommandLineTree.tollkeeper.run(["tollkeeper"] + arguments, environment)
        return (code, output, errors)
    }

    @Test func `every command has help that names it`() {
        for group in CommandLineTree.tollkeeper.groups where !group.isHidden {
            let (code, output, errors) = run(group.name, "--help")
            #expect(code == 0, "\(group.name)")
            #expect(output.hasPrefix("tollkeeper \(group.name): "), "\(group.name)")
            #expect(errors == "")
        }
    }

    @Test func `no two commands have the same name`() {
        let names = CommandLineTree.tollkeeper.groups.map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test func `the processes of the server are not in the help`() {
        #expect(!run("--help").output.contains("process"))
    }

    @Test func `no command, an unknown one and an unknown verb are misuse`() {
        #expect(run().code == 2)
        let unknown = run("serv")
        #expect(unknown.code == 2)
        #expect(unknown.errors == "tollkeeper: there is no command `serv`\n  did you mean `tollkeeper serve`?\n")
        #expect(run("key", "destroy").code == 2)
        #expect(run("key").code == 2)
    }

    @Test func `an error is JSON when asked for`() {
        let (code, output, errors) = run("serve", "--json", "--auth-port", "0")
        #expect(code == 2)
        #expect(output == "")
        #expect(
            errors.hasPrefix(
                "{\"error\":{\"code\":\"misused\",\"message\":\"--auth-port: `0` is not a port, 1 to 65535\""))
    }
}
