import Glibc

exit(CommandLineTree.tollkeeper.run(CommandLine.arguments, .process()))
