extension StringProtocol {
    /// Whether the text contains another one; Swift's own needs a library that is not linked.
    func holds(_ text: String) -> Bool {
        indices.contains { self[$0...].hasPrefix(text) }
    }
}
