/// The further attributes of one subscriber; few have any.
package final class SubscriberRules: Sendable {
    package let checks: [CheckRule]
    package let replies: [ReplyRule]

    package init(checks: [CheckRule], replies: [ReplyRule]) {
        self.checks = checks
        self.replies = replies
    }
}
