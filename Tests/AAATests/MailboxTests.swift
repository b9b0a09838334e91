@testable import AAA
import Testing

@Suite struct MailboxTests {
    @Test func `what is put is taken in order, at most so many at a time`() {
        let box = Mailbox<Int>(limit: 5)
        for number in 1...5 { #expect(box.put(number)) }
        #expect(!box.put(6))
        #expect(box.take(most: 3, waitingMilliseconds: 0) == [1, 2, 3])
        #expect(box.take(most: 3, waitingMilliseconds: 0) == [4, 5])
        #expect(box.take(most: 3, waitingMilliseconds: 0) == [])
    }

    @Test func `a closed box takes nothing and is over when it is empty`() {
        let box = Mailbox<Int>(limit: 5)
        #expect(box.put(1))
        box.close()
        #expect(!box.put(2))
        #expect(box.take(most: 3, waitingMilliseconds: 10_000) == [1])
        #expect(box.take(most: 3, waitingMilliseconds: 10_000) == nil)
    }

    @Test func `a put or a wake ends the wait`() {
        let box = Mailbox<Int>(limit: 5)
        #expect(box.put(1))
        #expect(box.take(most: 3, waitingMilliseconds: 10_000) == [1])
        box.wake()
        #expect(box.take(most: 3, waitingMilliseconds: 10_000) == [])
    }
}
