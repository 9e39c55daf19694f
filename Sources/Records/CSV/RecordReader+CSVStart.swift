/// Determines the dialect of a CSV input from its first row.
extension RecordReader {
    /// Whether the first bytes decide the dialect. Other formats need none.
    mutating func hasCSVStart() -> Bool {
        guard case .csv(let dialect) = format else { return true }
        // Without a line break nothing is decided. No byte is searched twice for the first one, so
        // that a long row in small reads takes linear time.
        guard isAtEnd || buffer.available >= options.maxLineBytes || hasLineBreakAtStart()
        else { return false }
        return withCSVStart(dialect) { start in
            guard let start else { return false }
            guard start.endsInReturn, !options.hasHeader else { return true }
            return start.isSecondRowAlike(delimiter(of: dialect, start)) != nil
        }
    }

    private mutating func hasLineBreakAtStart() -> Bool {
        let found = lineEnd(from: buffer.head + searchedCount, to: buffer.tail)
        searchedCount = (found ?? buffer.tail) - buffer.head
        return found != nil
    }

    /// Sets the dialect and consumes a line such as `sep=;`.
    mutating func startCSV(_ dialect: CSVDialect) {
        typealias Found = (delimiter: UInt8, endsInReturn: Bool, separatorLength: Int)
        let found: Found? = withCSVStart(dialect) { start in
            guard let start else { return nil }
            let header = UnsafePointer(buffer.bytes + buffer.head + start.row.lowerBound)
            var delimiter = delimiter(of: dialect, start)
            if options.hasHeader, dialect.delimiter == nil, start.separator == nil {
                delimiter = self.delimiter(of: header, length: start.row.count)
            }
            // A text without a header may contain a CR.
            let endsInReturn =
                start.endsInReturn
                && (options.hasHeader || start.isSecondRowAlike(delimiter) == true)
            return (delimiter, endsInReturn, start.separatorLength)
        }
        guard let found else { return }
        let kept = csv.row.kept
        csv.row = CSVRowScanner(
            delimiter: found.delimiter, dialect, endsInReturn: found.endsInReturn)
        csv.row.kept = kept
        guard found.separatorLength > 0 else { return }
        csv.header = Array(
            UnsafeBufferPointer(start: buffer.bytes + buffer.head, count: found.separatorLength))
        buffer.head += found.separatorLength
        lineNumber += 1
    }

    private func withCSVStart<R>(_ dialect: CSVDialect, _ use: (CSVStart?) -> R) -> R {
        let mark = TextEncoding.utf8Mark
        let isMarked = !hasStarted && withUnconsumed { $0.starts(with: mark) }
        let start = buffer.head + (isMarked ? mark.count : 0)
        // Decisions must not depend on the sizes of the reads.
        let count = min(buffer.tail - start, options.maxLineBytes)
        let text = UnsafeBufferPointer(start: UnsafePointer(buffer.bytes + start), count: count)
        return use(
            CSVStart(text, isFinal: isAtEnd || count == options.maxLineBytes, dialect))
    }

    private func delimiter(of dialect: CSVDialect, _ start: CSVStart) -> UInt8 {
        dialect.delimiter ?? start.separator ?? Byte.comma
    }

    /// The delimiter by a header: a comma, unless another one alone gives the names.
    ///
    /// If none gives all names, the input is refused. Then another delimiter that alone splits the
    /// header gives the names for the message.
    private func delimiter(of header: UnsafePointer<UInt8>, length: Int) -> UInt8 {
        let comma = names(in: header, length: length, Byte.comma)
        guard !comma.hasWanted else { return Byte.comma }
        let others = CSVDialect.otherDelimiters.map {
            (delimiter: $0, names: names(in: header, length: length, $0))
        }
        for isSuitable in [
            { $0.hasWanted && $0.hasRequired }, { comma.count == 1 && $0.count > 1 },
        ] as [(HeaderNames) -> Bool] {
            let suitable = others.filter { isSuitable($0.names) }
            if suitable.count == 1 { return suitable[0].delimiter }
        }
        return Byte.comma
    }

    /// The names that a delimiter gives.
    private struct HeaderNames {
        var count = 0
        /// Whether one of the wanted names is among them.
        var hasWanted = false
        /// Whether all names that may not be absent are among them.
        var hasRequired = false
    }

    private func names(
        in header: UnsafePointer<UInt8>, length: Int, _ delimiter: UInt8
    ) -> HeaderNames {
        var names = HeaderNames()
        let wanted = wantedColumns
        let ofMembers = template.map { MemberColumns.names($0) } ?? []
        var found: Set<[UInt8]> = []
        forEachName(in: header, length: length, delimiter) { name in
            names.count += 1
            if wanted.contains(where: { $0.name == name }) || ofMembers.contains(name) {
                found.insert(name)
            }
        }
        names.hasWanted = !found.isEmpty
        names.hasRequired =
            wanted.allSatisfy { $0.isOptional || found.contains($0.name) }
            && ofMembers.allSatisfy(found.contains)
        return names
    }
}
