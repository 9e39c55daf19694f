/// Which columns of a CSV input are looked for, by their index from 0; -1 is none.
struct CSVColumns {
    var appID = -1
    var eventType = -1
    var payload = -1
    /// The column of the idempotency key, which may be one of the others.
    var key = -1
    /// How many columns a row has; 0 while that is not known.
    var count = 0
}

extension RecordReader {
    /// Without a header the columns have the names and the order of the documented fields.
    mutating func useColumnsWithoutHeader() {
        let inOrder = names.inOrder
        columns.appID = 0
        columns.eventType = 1
        columns.payload = 2
        guard let key = options.idempotencyKeyFrom else { return }
        if let index = inOrder.firstIndex(of: key[0]) {
            columns.key = index
        } else {
            refusal = .missingColumns([key[0]], found: inOrder)
        }
    }

    /// Takes the columns from the names in the header row, which is `length` bytes long.
    mutating func readHeader(_ header: UnsafePointer<UInt8>, length: Int) -> InputRefusal? {
        let found = headerNames(header, length: length)
        var wanted: [(name: String, column: WritableKeyPath<CSVColumns, Int>)] = [
            (String(decoding: names.appID, as: UTF8.self), \.appID),
            (String(decoding: names.eventType, as: UTF8.self), \.eventType),
            (String(decoding: names.payload, as: UTF8.self), \.payload),
        ]
        if let key = options.idempotencyKeyFrom { wanted.append((key[0], \.key)) }
        var missing: [String] = []
        for (name, column) in wanted {
            let indices = found.indices.filter { found[$0] == name }
            if indices.count > 1 { return .duplicateColumn(name) }
            if let index = indices.first {
                columns[keyPath: column] = index
            } else if column != \.payload, !missing.contains(name) {
                missing.append(name)
            }
        }
        columns.count = found.count
        if !missing.isEmpty { return .missingColumns(missing, found: found) }
        let used = Set([columns.appID, columns.eventType, columns.payload, columns.key])
        ignoredMembers += UInt64(found.count - used.filter { $0 >= 0 }.count)
        return nil
    }

    /// The names in a header row that was found to be well-formed.
    private func headerNames(_ header: UnsafePointer<UInt8>, length: Int) -> [String] {
        guard case .csv(let delimiter) = format else { return [] }
        var found: [String] = []
        var name: [UInt8] = []
        var isQuoted = false
        var i = 0
        while i < length {
            let byte = header[i]
            if byte == Byte.quote {
                let isDoubled = isQuoted && i + 1 < length && header[i + 1] == Byte.quote
                if isDoubled {
                    name.append(byte)
                    i += 1
                } else {
                    isQuoted.toggle()
                }
            } else if byte == delimiter, !isQuoted {
                found.append(String(decoding: name, as: UTF8.self))
                name.removeAll(keepingCapacity: true)
            } else {
                name.append(byte)
            }
            i += 1
        }
        found.append(String(decoding: name, as: UTF8.self))
        return found
    }
}
