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
        csv.selected = SelectedColumns(options.selection.columns)
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
            refusal = .missingColumns([key[0]], found: inOrder)
        }
    }

    /// Sets the columns from a well-formed header row of `length` bytes.
    mutating func readHeader(_ header: UnsafePointer<UInt8>, length: Int) -> InputRefusal? {
        let mapping = options.mapping
        if mapping.payload.pointer?.count == 0 { return .wholeRowAsPayload }
        let sources: [(name: String?, column: WritableKeyPath<CSVColumns, Int>)] = [
            (mapping.appID.column, \.appID), (mapping.eventType.column, \.eventType),
            (mapping.payload.column, \.payload), (options.idempotencyKeyFrom?[0], \.key),
        ]
        let wanted = sources.compactMap { source in
            source.name.map { (name: Array($0.utf8), column: source.column) }
        }
        // Only an unmapped payload may be absent.
        let isPayloadOptional = mapping.payload == FieldMapping().payload
        let unmapped = [names.appID, names.eventType, names.payload]
        var similar: [String: String] = [:]
        var columns = CSVColumns()
        var duplicate: [UInt8]?
        var ignored: UInt64 = 0
        var found: [String] = []
        var selected = SelectedColumns(options.selection.columns)
        var members = template.map { MemberColumns($0) }
        forEachName(in: header, length: length) { name in
            var isIgnored = true
            for (wantedName, column) in wanted where name == wantedName {
                isIgnored = false
                if columns[keyPath: column] >= 0 { duplicate = duplicate ?? name }
                columns[keyPath: column] = columns.count
            }
            let isMember = members?.add(name, column: columns.count, isField: !isIgnored) ?? false
            if isIgnored {
                if !isMember { ignored += 1 }
                for (field, _) in wanted
                where unmapped.contains(field) && SimilarName.isSimilar(name, to: field) {
                    let column = String(decoding: name, as: UTF8.self)
                    similar[String(decoding: field, as: UTF8.self)] = column
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
        for (name, column) in wanted where columns[keyPath: column] < 0 {
            let name = String(decoding: name, as: UTF8.self)
            if column == \.payload, isPayloadOptional, similar[name] == nil { continue }
            if !missing.contains(name) { missing.append(name) }
        }
        if !missing.isEmpty {
            return .missingColumns(
                missing, found: found, similar: similar.filter { missing.contains($0.key) })
        }
        if !selected.missing.isEmpty {
            return .missingSelectedColumns(selected.missing, found: found)
        }
        if let duplicate = selected.duplicate { return .duplicateColumn(duplicate) }
        if let duplicate { return .duplicateColumn(String(decoding: duplicate, as: UTF8.self)) }
        if let refusal = members?.refusal { return refusal }
        if let missing = members?.missing, !missing.isEmpty {
            return .missingMemberColumns(missing, found: found)
        }
        csv.columns = columns
        csv.selected = selected
        csv.row.kept = KeptCells(columns: members?.kept ?? [], key: columns.key)
        if let members { self.members = members.members }
        ignoredMembers += ignored
        return nil
    }

    /// Calls `body` with each name. A header may have millions, so none is kept.
    private func forEachName(
        in header: UnsafePointer<UInt8>, length: Int, _ body: ([UInt8]) -> Void
    ) {
        guard case .csv(let delimiter) = format else { return }
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
                body(name)
                name.removeAll(keepingCapacity: true)
            } else {
                name.append(byte)
            }
            i += 1
        }
        body(name)
    }
}
