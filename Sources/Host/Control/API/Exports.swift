/// Streams of whole lists: on threads of their own, since each lasts as long as its client reads, and one at a time for
/// each person.
package struct Exports: Sendable {
    let workers: Workers
    let places = AccountPlaces(limit: 1)

    package init(_ workers: Workers) { self.workers = workers }
}
