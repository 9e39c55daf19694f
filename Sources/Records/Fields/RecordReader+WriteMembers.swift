/// Builds payloads of members.
extension RecordReader {
    /// The template of the payload; nil if the payload is a field of the record.
    var template: PayloadTemplate? {
        if case .members(let template) = options.mapping.payload { template } else { nil }
    }

    /// Ends the reading of a valid record's members: the payload is built when it is prepared.
    ///
    /// Until then its range is empty.
    mutating func finishMembers() {
        csv.unprepared = nil
        guard members.isAnyPresent(0..<members.layout.steps.count) else { return }
        record.payload = scratch.range(from: scratch.count)
        csv.unprepared = .members(count: nil)
    }

    /// The maximum length of the payload, in bytes.
    @inline(never)
    mutating func countMembers() -> Int {
        var count = members.layout.fixedCount
        for value in members.values {
            switch value.kind {
            case .absent: break
            case .null, .isTrue, .isFalse: count += 5
            case .json, .quotedJSON: count += value.range.count
            case .text: count += writer(of: value).length
            }
        }
        return members.hasOthers ? count + members.object.count : count
    }

    /// Writes the payload to scratch.
    ///
    /// - Parameter count: The maximum length, in bytes.
    @inline(never)
    mutating func writeMembers(count: Int) -> ByteRange {
        let first = scratch.count
        scratch.reserve(count + UnquotedCopy.slack)
        let text = members.layout.text
        let written = text.withUnsafeBufferPointer { text in
            var output = MemberWriter(to: scratch.bytes + first, text: text)
            write(members.layout.steps, to: &output)
            return output.count
        }
        precondition(written <= count, "the payload is longer than computed")
        scratch.count = first + written
        return scratch.range(from: first)
    }

    private func write(_ steps: [PayloadLayout.Step], to output: inout MemberWriter) {
        output.append(Byte.openBrace)
        var index = 0
        while index < steps.count {
            switch steps[index] {
            case .open(let name, let inside):
                if members.isAnyPresent(index + 1..<index + 1 + inside) {
                    output.appendMember(name)
                } else {
                    // Skips the end of the object, too.
                    index += inside + 1
                }
            case .close: output.append(Byte.closeBrace)
            case .source(let name, let source):
                let value = members.values[source]
                guard value.kind != .absent else { break }
                output.appendMember(name)
                append(value, to: &output)
            case .constant(let member): output.appendMember(member)
            case .others: if members.hasOthers { appendOthers(to: &output) }
            }
            index += 1
        }
        output.append(Byte.closeBrace)
    }

    private func append(_ value: PayloadMembers.Value, to output: inout MemberWriter) {
        switch value.kind {
        case .absent: break
        case .null: output.append("null")
        case .isTrue: output.append("true")
        case .isFalse: output.append("false")
        case .json: output.append(pointer(to: value.range), count: value.range.count)
        case .quotedJSON: output.appendUnquoted(pointer(to: value.range), count: value.range.count)
        case .text: output.append(writer(of: value))
        }
    }

    private func writer(of value: PayloadMembers.Value) -> LiteralWriter {
        LiteralWriter(
            from: UnsafePointer(buffer.bytes), start: value.range.start,
            end: value.range.start + value.range.count)
    }
}
