/// Reads the values of a payload's members from the cells of a CSV row.
extension RecordReader {
    /// Finds and validates the values in the well-formed row at `start`.
    @inline(never)
    mutating func readMembers(from start: Int) {
        for index in members.cells.indices {
            let place = members.cells[index]
            let cell = csv.row.kept.cell(place.slot, in: start)
            members.values[index] = .absent
            if cell.isNull || isNull(cell, rowStart: start) {
                if !place.isNested { members.values[index].kind = .null }
            } else if place.isNested {
                readNested(cell, place, index)
            } else if cell.isEmpty, members.emptyCells != .string {
                if members.emptyCells == .null { members.values[index].kind = .null }
            } else {
                readMember(cell, place, index)
            }
        }
        finishMembers()
    }

    /// Whether a cell is unquoted and the text that means null.
    @inline(__always)
    private func isNull(_ cell: CSVCell, rowStart: Int) -> Bool {
        guard cell.end - cell.start == members.nullText.count, !members.nullText.isEmpty,
            cell.start == rowStart || buffer.bytes[cell.start - 1] != Byte.quote
        else { return false }
        return members.nullText.withUnsafeBufferPointer {
            JSONString.isSame(
                UnsafePointer(buffer.bytes), from: cell.start, to: cell.end, as: $0)
        }
    }

    private mutating func readMember(
        _ cell: CSVCell, _ place: PayloadMembers.Cell, _ index: Int
    ) {
        // In RFC 4180 the quotes stay doubled until the payload is written.
        let isDecoded = csv.hasOtherCells
        let range =
            isDecoded
            ? text(of: cell) : ByteRange(start: cell.start, count: cell.end - cell.start)
        let bytes = pointer(to: range)
        var value = PayloadMembers.Value(kind: .json, range: range)
        switch place.conversion {
        case .string:
            if isDecoded {
                value.range = appendLiteral(ofText: range)
            } else {
                value.kind = .text
            }
        case .number:
            let scanner = JSONScanner(bytes: bytes, end: range.count)
            guard range.count > 0, Byte.startsNumber(bytes[0]),
                scanner.value(at: 0, depth: 0) == range.count
            else { return invalidate(.notConverted(.number, source: index), in: cell) }
        case .decimalComma:
            guard let number = appendNumber(withDecimalComma: range) else {
                return invalidate(.notConverted(.decimalComma, source: index), in: cell)
            }
            value.range = number
        case .boolean:
            guard let isTrue = Self.boolean(bytes, count: range.count) else {
                return invalidate(.notConverted(.boolean, source: index), in: cell)
            }
            value.kind = isTrue ? .isTrue : .isFalse
        case .json:
            let (start, end) = Byte.withoutJSONSpace(bytes, from: 0, to: range.count)
            let scanner = JSONScanner(bytes: bytes, end: end, quoteWidth: isDecoded ? 1 : 2)
            let textEnd = scanner.endOfText(scanner.value(at: start, depth: place.depth))
            if textEnd < 0 {
                let found = JSONProblem(packed: textEnd)
                let position =
                    isDecoded
                    ? escapedPosition(ofTextIndex: found.position, in: cell)
                    : cell.start + found.position
                return invalidate(
                    problem(
                        .memberJSON(found.reason, source: index), at: position,
                        column: cell.column,
                        character: character(at: position, violates: found.reason)))
            }
            if cell.isEscaped, !isDecoded { value.kind = .quotedJSON }
            value.range = range.part(from: start, count: end - start)
        }
        members.values[index] = value
    }

    /// The value of a boolean's text; nil for any other text.
    private static func boolean(_ text: UnsafePointer<UInt8>, count: Int) -> Bool? {
        func isText(_ word: StaticString) -> Bool {
            JSONString.isSame(
                text, from: 0, to: count,
                as: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        }
        if isText("true") || isText("t") || isText("1") || isText("True") || isText("TRUE") {
            return true
        }
        return isText("false") || isText("f") || isText("0") || isText("False") || isText("FALSE")
            ? false : nil
    }

    /// Finds a value in the JSON of a cell. Without one the member has no value.
    private mutating func readNested(
        _ cell: CSVCell, _ place: PayloadMembers.Cell, _ index: Int
    ) {
        guard let pointer = template?.sources[index].pointer else { return }
        if place.firstNested == index { members.texts[index] = text(of: cell) }
        let range = members.texts[place.firstNested]
        guard !bytes(range).allSatisfy(Byte.isJSONSpace) else { return }
        let result = search(range, for: pointer)
        if let duplicate = result.duplicate {
            invalidate(.duplicateSource(index), in: cell, at: duplicate)
        } else if let found = result.found {
            members.values[index] = PayloadMembers.Value(
                kind: .json, range: range.part(from: found.start, count: found.count))
        } else if let problem = result.problem {
            invalidate(
                .memberJSON(problem.reason, source: index), in: cell, at: problem.position)
        }
    }
}
