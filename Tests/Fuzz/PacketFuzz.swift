// Modules: PluginAPI Threads RADIUS
// Seeds: exchanges.txt
import PluginAPI
import RADIUS

/// Whatever the bytes: the packet is dropped with a reason, or read to its end, checked under every policy, and
/// answered by a reply that its sender can verify.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let datagram = UnsafeRawBufferPointer(start: start, count: count)
    guard let view = try? PacketView(datagram) else { return 0 }
    let attributes = view.attributes.reduce(0) { $0 + 2 + $1.value.count }
    precondition(attributes + PacketView.headerLength == view.bytes.count, "bytes were left unread")
    for attribute in view.flatAttributes { _ = attribute.value.reduce(0) { $0 &+ Int($1) } }
    _ = view.first(AttributeKey(25, vendor: 311))
    _ = view.text(AttributeNumber.userName)
    _ = DynamicAuthorization(view)

    let secret = SharedSecret("xyzzy5461")
    for policy in [MessageAuthenticatorPolicy.require, .auto(latched: true), .off] {
        _ = try? view.verify(with: secret, policy: policy, limitsProxyState: true)
    }
    try? view.verifyReply(to: view.authenticator, with: secret)
    answer(view, secret)
    return 0
}

private func answer(_ view: PacketView, _ secret: SharedSecret) {
    withUnsafeTemporaryAllocation(byteCount: PacketView.maximumLength, alignment: 8) { room in
        guard var writer = try? ReplyWriter(.accessAccept, to: view, into: room) else { return }
        for attribute in view.attributes { try? writer.append(attribute.number, attribute.value) }
        try? writer.append(AttributeNumber.replyMessage, text: String(decoding: view.attributeBytes, as: UTF8.self))
        let length = writer.sign(with: secret)
        let request = view.authenticator
        do throws(DropReason) {
            try PacketView(UnsafeRawBufferPointer(rebasing: room[..<length])).verifyReply(to: request, with: secret)
        } catch {
            // Only a Message-Authenticator copied from the request, which is then the second, may be refused.
            precondition(error == .malformedMessageAuthenticator, "a reply does not verify: \(error)")
        }
    }
}
