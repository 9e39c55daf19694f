/// The regular files among the inputs that are open at a time.
///
/// Inputs are read one after the other, so a run needs few of their descriptors.
final class OpenInputs {
    private struct Entry {
        weak var descriptor: InputDescriptor?
    }

    private let limit: Int
    /// The oldest first.
    private var entries: [Entry] = []

    /// - Parameter limit: The maximum number of open inputs, at least 1.
    init(limit: Int) { self.limit = max(limit, 1) }

    /// Closes the input that was opened first, if another one would exceed the limit.
    func makeRoom() {
        guard entries.count >= limit else { return }
        entries.removeAll { $0.descriptor == nil }
        guard entries.count >= limit else { return }
        entries.removeFirst().descriptor?.close()
    }

    func add(_ descriptor: InputDescriptor) { entries.append(Entry(descriptor: descriptor)) }
}
