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
            } else if csv.hasOtherCells {
                readOtherMember(cell, place, index)
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
        let bytes = UnsafePointer(buffer.bytes)
        var (start, end) = (cell.start, cell.end)
        var kind = PayloadMembers.Value.Kind.text
        switch place.conversion {
        case .string: break
        case .number:
            guard !cell.isEmpty, Byte.startsNumber(bytes[start]),
                JSONScanner(bytes: bytes, end: end).value(at: start, depth: 0) == end
            else { return invalidate(.notConverted(.number, source: index), in: cell) }
            kind = .json
        case .boolean:
            guard let value = Self.boolean(bytes + start, count: end - start) else {
                return invalidate(.notConverted(.boolean, source: index), in: cell)
            }
            kind = value ? .isTrue : .isFalse
        case .json:
            while start < end, Byte.isJSONSpace(bytes[start]) { start += 1 }
            while end > start, Byte.isJSONSpace(bytes[end - 1]) { end -= 1 }
            let scanner = JSONScanner(bytes: bytes, end: end, quoteWidth: 2)
            let textEnd = scanner.endOfText(scanner.value(at: start, depth: place.depth))
            if textEnd < 0 {
                let found = JSONProblem(packed: textEnd)
                return invalidate(
                    problem(
                        .memberJSON(found.reason, source: index), at: found.position,
                        column: cell.column,
                        character: character(at: found.position, violates: found.reason)))
            }
            kind = cell.isEscaped ? .quotedJSON : .json
        }
        members.values[index] = PayloadMembers.Value(
            kind: kind, range: ByteRange(start: start, count: end - start))
    }

    /// The value of a boolean's text; nil for any other text.
    static func boolean(_ text: UnsafePointer<UInt8>, count: Int) -> Bool? {
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
