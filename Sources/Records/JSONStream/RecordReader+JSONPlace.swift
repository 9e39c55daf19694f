extension RecordReader {
    /// Where the unconsumed bytes of a JSON input begin.
    package enum JSONPlace: Hashable, Sendable {
        /// Outside an array of records.
        case outside
        /// After the opening bracket.
        case arrayStart
        /// After a comma.
        case afterComma
        /// After an element.
        case beforeComma
    }

    package var jsonPlace: JSONPlace {
        switch json.place {
        case .topLevel, .rest, .leftOut: .outside
        case .arrayStart: .arrayStart
        case .afterComma: .afterComma
        case .afterElement: .beforeComma
        }
    }
}
