import Delivery

extension Outcome {
    /// The outcome as text.
    var words: String { self == .notAttempted ? "not attempted" : rawValue }
}
