package import Delivery

extension LineID {
    /// The name of a row's record, from which its idempotency key is made.
    ///
    /// - Parameter numberedInputs: The inputs whose records are named by their numbers.
    package init(_ fields: OutcomeFields, _ location: RecordLocation, numberedInputs: Set<Int>) {
        let isNumbered = !numberedInputs.isEmpty && numberedInputs.contains(location.input)
        self.init(file: location.input, line: isNumbered ? location.record : fields.line)
    }
}
