import Testing

@testable import App

/// A course is a list of what happens, with what the switchover says to each.
@Suite struct SwitchoverTests {
    private func run(
        handsOver: Bool = true, _ steps: [(Switchover.Event, Switchover.Action)],
        _ location: SourceLocation = #_sourceLocation
    ) {
        var course = Switchover(handsOver: handsOver)
        for (index, step) in steps.enumerated() {
            let action = course.happened(step.0)
            #expect(action == step.1, "step \(index): \(step.0)", sourceLocation: location)
        }
    }

    @Test func `a successor that can't load leaves the predecessor as it is`() {
        run([(.successorEnded("no memory"), .giveUp("no memory", resumes: false)), (.late, .wait)])
        run(handsOver: false, [(.successorEnded("no plugin"), .giveUp("no plugin", resumes: false))])
    }

    @Test func `a successor that does not get ready in time is given up`() {
        run([(.late, .giveUp("it did not become ready in 180.0 seconds", resumes: false))])
    }

    @Test func `a successor that falls or stays silent after the predecessor paused lets the predecessor read again`() {
        run([(.ready, .pause), (.successorEnded("signal 9"), .giveUp("signal 9", resumes: true)), (.paused, .wait)])
        run([
            (.ready, .pause), (.paused, .begin), (.successorEnded("signal 9"), .giveUp("signal 9", resumes: true)),
        ])
        run([(.ready, .pause), (.paused, .begin), (.late, .giveUp("it did not begin in 20.0 seconds", resumes: true))])
    }

    @Test func `a predecessor that does not pause is killed, and the successor begins with what the journal has`() {
        run([(.ready, .pause), (.late, .killPredecessor), (.predecessorEnded, .begin), (.answering, .finish)])
    }

    @Test func `a predecessor that falls meanwhile is followed at once when the successor is ready`() {
        run([(.predecessorEnded, .wait), (.ready, .begin), (.answering, .finish)])
        run(handsOver: false, [(.predecessorEnded, .wait), (.ready, .finish)])
    }

    @Test func `when both are gone it is a fall`() {
        run([(.predecessorEnded, .wait), (.successorEnded("signal 11"), .lost("signal 11"))])
        run([(.ready, .pause), (.predecessorEnded, .begin), (.successorEnded("exit code 1"), .lost("exit code 1"))])
    }

    @Test func `the data plane pauses before its successor begins, and ends only when that answers`() {
        run([(.ready, .pause), (.paused, .begin), (.answering, .finish), (.predecessorEnded, .wait)])
    }

    @Test func `a process that hands nothing over is replaced as soon as its successor is ready`() {
        run(handsOver: false, [(.ready, .finish)])
    }

    @Test func `each step has its own patience`() {
        var course = Switchover(handsOver: true)
        #expect(course.patience == Switchover.Patience.loading)
        _ = course.happened(.ready)
        #expect(course.patience == Switchover.Patience.pausing)
        _ = course.happened(.paused)
        #expect(course.patience == Switchover.Patience.beginning)
    }
}
