package import Delivery

extension LineID {
    /// The name of a row's record, from which its idempotency key is made.
    ///
    /// - Parameter jsonInputs: The inputs whose records are named by their numbers.
    package init(_ fields: OutcomeFields, _ location: RecordLocation, jsonInputs: Set<Int>) {
        let isNumbered = !jsonInputs.isEmpty && jsonInputs.contains(location.input)
        self.init(file: location.input, line: isNumbered ? location.record : fields.line)
    }
}
