/// What a plugin was built for, as one C string: `tollkeeper-plugin-api=1 swift=6.3.1 arch=x86_64`.
///
/// Swift promises no stable binary interface between compilers on Linux, so the server compares this before it touches
/// any Swift type of a plugin. The words are copied into the plugin when it is compiled; read from the server's own
/// copy of this library they would say nothing about the plugin.
public enum PluginABI {
    /// What a plugin's C function `tollkeeper_abi` returns. Lives as long as the process.
    @safe
    @_alwaysEmitIntoClient
    public static var string: UnsafePointer<CChar> {
        let text: StaticString = words
        return unsafe UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    @_alwaysEmitIntoClient
    static var words: StaticString {
        #if arch(x86_64)
            #if compiler(>=6.4)
                "tollkeeper-plugin-api=1 swift=6.4+ arch=x86_64"
            #elseif compiler(>=6.3.3)
                "tollkeeper-plugin-api=1 swift=6.3.3+ arch=x86_64"
            #elseif compiler(>=6.3.2)
                "tollkeeper-plugin-api=1 swift=6.3.2 arch=x86_64"
            #elseif compiler(>=6.3.1)
                "tollkeeper-plugin-api=1 swift=6.3.1 arch=x86_64"
            #elseif compiler(>=6.3)
                "tollkeeper-plugin-api=1 swift=6.3.0 arch=x86_64"
            #else
                "tollkeeper-plugin-api=1 swift=6.2 arch=x86_64"
            #endif
        #elseif arch(arm64)
            #if compiler(>=6.4)
                "tollkeeper-plugin-api=1 swift=6.4+ arch=aarch64"
            #elseif compiler(>=6.3.3)
                "tollkeeper-plugin-api=1 swift=6.3.3+ arch=aarch64"
            #elseif compiler(>=6.3.2)
                "tollkeeper-plugin-api=1 swift=6.3.2 arch=aarch64"
            #elseif compiler(>=6.3.1)
                "tollkeeper-plugin-api=1 swift=6.3.1 arch=aarch64"
            #elseif compiler(>=6.3)
                "tollkeeper-plugin-api=1 swift=6.3.0 arch=aarch64"
            #else
                "tollkeeper-plugin-api=1 swift=6.2 arch=aarch64"
            #endif
        #endif
    }
}
