/// Reads the values of a payload's members from the members of a JSON record.
extension RecordReader {
    /// Prepares for JSON records, if the payload is of members.
    mutating func useMembersOfJSON() {
        guard let template else { return }
        members.layout = template.layout
        members.values = Array(repeating: .absent, count: template.sources.count)
        members.found = Array(repeating: FoundValue(), count: template.sources.count)
        if let source = template.sources.first(where: { $0.conversion != .string }) {
            refusal = .conversionInJSON(
                source.conversion, position: source.position(isColumn: false))
        }
    }

    /// Forgets the members of the record before.
    @inline(never)
    mutating func startMembers() {
        for index in members.found.indices { members.found[index] = FoundValue() }
        members.hasOthers = false
    }

    /// Adds a member of the record. Returns whether the payload contains it.
    ///
    /// - Parameter isField: Whether another field is in this member.
    @inline(never)
    mutating func addMember(
        _ scanner: JSONScanner, _ template: PayloadTemplate, name: Int, nameEnd: Int, value: Int,
        valueEnd: Int, isField: Bool
    ) -> Bool {
        var isUsed = false
        for index in template.sources.indices
        where template.sources[index].pointer.startsWithMember(
            scanner.bytes, from: name, to: nameEnd)
        {
            members.found[index].add(value, valueEnd, name: name - 1)
            isUsed = true
        }
        guard !isUsed, !isField, members.layout.hasOthers,
            isOther(template, scanner.bytes, from: name, to: nameEnd)
        else { return isUsed }
        members.hasOthers = true
        return true
    }

    /// Resolves the values of the valid object `brace..<end`.
    @inline(never)
    mutating func endMembers(_ template: PayloadTemplate, object brace: Int, end: Int) {
        members.object = ByteRange(start: brace, count: end - brace)
        for index in template.sources.indices {
            members.values[index] = .absent
            let pointer = template.sources[index].pointer
            var found = members.found[index]
            if pointer.count == 0 { found.add(brace, end, name: brace) }
            resolve(pointer, in: &found)
            if found.isDuplicated {
                invalidate(problem(.duplicateSource(index), at: found.duplicate))
            } else if found.isPresent {
                members.values[index] = PayloadMembers.Value(
                    kind: .json,
                    range: ByteRange(start: found.start, count: found.end - found.start))
            }
        }
        finishMembers()
    }

    /// Writes the members of the record that no field uses, byte for byte.
    func appendOthers(to output: inout MemberWriter) {
        guard let template else { return }
        let scanner = JSONScanner(
            bytes: UnsafePointer(buffer.bytes), end: members.object.start + members.object.count)
        var object = JSONMembers(scanner)
        var more = object.first(after: members.object.start + 1)
        while more {
            let (name, nameEnd) = (object.nameStart, object.nameEnd)
            let value = object.valueStart
            let valueEnd = scanner.value(at: value, depth: 1)
            if isOther(template, scanner.bytes, from: name, to: nameEnd) {
                output.separate()
                output.append(scanner.bytes + name - 1, count: nameEnd - name + 2)
                output.append(Byte.colon)
                output.append(scanner.bytes + value, count: valueEnd - value)
            }
            more = object.next(after: valueEnd)
        }
    }

    /// Whether no field uses the member with the name between the quotes, and no other member of
    /// the payload has this name.
    private func isOther(
        _ template: PayloadTemplate, _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Bool {
        let mapping = options.mapping
        if mapping.appID.startsWithMember(bytes, from: start, to: end)
            || mapping.eventType.startsWithMember(bytes, from: start, to: end)
            || options.idempotencyKeyFrom?.startsWithMember(bytes, from: start, to: end) == true
        {
            return false
        }
        for index in template.sources.indices
        where template.sources[index].pointer.startsWithMember(bytes, from: start, to: end) {
            return false
        }
        for index in template.names.indices {
            let isSame = template.names[index].withUnsafeBufferPointer {
                JSONString.contents(bytes, from: start, to: end, equal: $0)
            }
            if isSame { return false }
        }
        return true
    }
}
