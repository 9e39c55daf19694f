/// Determines the columns of a CSV input.
extension RecordReader {
    /// Sets the columns without a header: the non-constant fields in order.
    mutating func useColumnsWithoutHeader() {
        let mapping = options.mapping
        let fields = zip([mapping.appID, mapping.eventType, mapping.payload], names.inOrder)
        let inOrder = fields.compactMap { source, name in source.pointer == nil ? nil : name }
        csv.columns.appID = inOrder.firstIndex(of: names.inOrder[0]) ?? -1
        csv.columns.eventType = inOrder.firstIndex(of: names.inOrder[1]) ?? -1
        csv.columns.payload = inOrder.firstIndex(of: names.inOrder[2]) ?? -1
        csv.selected = SelectedColumns(options.selection)
        for (index, name) in inOrder.enumerated() {
            csv.selected.add(Array(name.utf8), index: index)
        }
        if !csv.selected.missing.isEmpty {
            refusal = .missingSelectedColumns(csv.selected.missing, found: inOrder)
        }
        precondition(template == nil, "the members of a payload need a header's names")
        guard let key = options.idempotencyKeyFrom else { return }
        if let index = inOrder.firstIndex(of: key[0]) {
            csv.columns.key = index
            csv.row.kept = KeptCells(columns: [], key: index)
        } else {
            refusal = .missingKeyColumn(key[0], found: inOrder)
        }
    }

    /// Sets the columns from a well-formed header row of `length` bytes.
    mutating func readHeader(_ header: UnsafePointer<UInt8>, length: Int) -> InputRefusal? {
        let mapping = options.mapping
        if mapping.payload.pointer?.count == 0 { return .wholeRowAsPayload }
        let wanted = wantedColumns
        let unmapped = [names.appID, names.eventType, names.payload]
        var similar: [String: String] = [:]
        var columns = CSVColumns()
        var duplicate: [UInt8]?
        var ignoredColumns = IgnoredNames()
        var found: [String] = []
        var selected = SelectedColumns(options.selection)
        var members = template.map { MemberColumns($0) }
        forEachName(in: header, length: length, csv.row.delimiter) { name in
            var isIgnored = true
            for field in wanted where name == field.name {
                isIgnored = false
                if columns[keyPath: field.column] >= 0 { duplicate = duplicate ?? name }
                columns[keyPath: field.column] = columns.count
            }
            let isMember = members?.add(name, column: columns.count, isField: !isIgnored) ?? false
            if isIgnored {
                if !isMember, !selected.contains(name) { ignoredColumns.count(column: name) }
                for field in wanted
                where unmapped.contains(field.name)
                    && SimilarName.isSimilar(name, to: field.name)
                {
                    let column = String(decoding: name, as: UTF8.self)
                    similar[String(decoding: field.name, as: UTF8.self)] = column
                }
            }
            selected.add(name, index: columns.count)
            columns.count += 1
            if found.count <= InputRefusal.maxNames {
                found.append(
                    String(decoding: name.prefix(InputRefusal.maxNameBytes), as: UTF8.self))
            }
        }
        var missing: [String] = []
        var missingKey: String?
        for field in wanted where columns[keyPath: field.column] < 0 {
            let name = String(decoding: field.name, as: UTF8.self)
            if field.isOptional, similar[name] == nil { continue }
            if field.column == \.key {
                missingKey = name
            } else if !missing.contains(name) {
                missing.append(name)
            }
        }
        if !missing.isEmpty {
            return .missingColumns(
                missing, found: found, similar: similar.filter { missing.contains($0.key) })
        }
        if let missingKey { return .missingKeyColumn(missingKey, found: found) }
        if !selected.missing.isEmpty {
            return .missingSelectedColumns(selected.missing, found: found)
        }
        if let duplicate = selected.duplicate { return .duplicateColumn(duplicate) }
        if let duplicate { return .duplicateColumn(String(decoding: duplicate, as: UTF8.self)) }
        if let refusal = members?.refusal { return refusal }
        if let missing = members?.missing, !missing.isEmpty {
            return .missingMemberColumns(missing, found: found)
        }
        columns.exactCount = columns.count
        csv.columns = columns
        csv.selected = selected
        csv.row.kept = KeptCells(columns: members?.kept ?? [], key: columns.key)
        if let members { self.members = members.members }
        ignored = ignoredColumns
        return nil
    }

    /// A column that the header must have, unless it is optional.
    struct WantedColumn {
        /// The name without white space around it.
        var name: [UInt8]
        var column: WritableKeyPath<CSVColumns, Int>
        var isOptional: Bool
    }

    /// The columns of the fields. Only an unmapped payload may be absent.
    var wantedColumns: [WantedColumn] {
        let mapping = options.mapping
        let isPayloadOptional = mapping.payload == FieldMapping().payload
        let sources: [(name: String?, column: WritableKeyPath<CSVColumns, Int>)] = [
            (mapping.appID.column, \.appID), (mapping.eventType.column, \.eventType),
            (mapping.payload.column, \.payload), (options.idempotencyKeyFrom?[0], \.key),
        ]
        return sources.compactMap { source in
            source.name.map {
                WantedColumn(
                    name: Self.withoutSpace(Array($0.utf8)), column: source.column,
                    isOptional: source.column == \.payload && isPayloadOptional)
            }
        }
    }

    /// Calls `body` with each name, without white space around it.
    ///
    /// A header may have millions, so none is kept.
    func forEachName(
        in header: UnsafePointer<UInt8>, length: Int, _ delimiter: UInt8, _ body: ([UInt8]) -> Void
    ) {
        let (hasQuotes, hasEscapes) = (csv.row.other.hasQuotes, csv.row.other.hasEscapes)
        var name: [UInt8] = []
        var isQuoted = false
        var i = 0
        while i < length {
            let byte = header[i]
            if byte == Byte.backslash, hasEscapes, i + 1 < length {
                i += 1
                name.append(CSVEscape.character(header[i]))
            } else if byte == Byte.quote, hasQuotes {
                let isDoubled = isQuoted && i + 1 < length && header[i + 1] == Byte.quote
                if isDoubled {
                    name.append(byte)
                    i += 1
                } else {
                    isQuoted.toggle()
                }
            } else if byte == delimiter, !isQuoted {
                body(Self.withoutSpace(name))
                name.removeAll(keepingCapacity: true)
            } else {
                name.append(byte)
            }
            i += 1
        }
        body(Self.withoutSpace(name))
    }

    /// A name without the white space around it.
    static func withoutSpace(_ name: [UInt8]) -> [UInt8] {
        func isSpace(_ byte: UInt8) -> Bool { byte == Byte.space || byte == Byte.tab }
        guard let first = name.first, let last = name.last, isSpace(first) || isSpace(last)
        else { return name }
        let start = name.drop(while: isSpace)
        return Array(start.dropLast(start.reversed().prefix(while: isSpace).count))
    }
}
