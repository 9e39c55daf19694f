extension Duration {
    /// The time after which a wait has failed: far more than a busy machine needs.
    ///
    /// No test asserts that something takes less.
    package static let patience = Duration.seconds(300)
}
