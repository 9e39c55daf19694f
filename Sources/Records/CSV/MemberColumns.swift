/// The columns of a CSV header that a payload's members need.
struct MemberColumns {
    /// The maximum number of columns that `others` may be, so that a header's memory is bounded.
    static let maxOthers = 16_384

    private let template: PayloadTemplate
    /// The names of the sources' columns.
    private let wanted: [[UInt8]]
    /// The sources' columns, from 0; -1 if not found yet.
    private var columns: [Int]
    private let takesOthers: Bool
    private var others: [(name: [UInt8], column: Int)] = []
    private var otherNames: Set<[UInt8]> = []
    private(set) var refusal: InputRefusal?

    init(_ template: PayloadTemplate) {
        self.template = template
        wanted = Self.names(template)
        columns = Array(repeating: -1, count: wanted.count)
        takesOthers = template.layout.hasOthers
        if template.sources.contains(where: { $0.pointer.count == 0 }) {
            refusal = .wholeRowAsPayload
        }
    }

    /// The names of the sources' columns, without white space around them.
    static func names(_ template: PayloadTemplate) -> [[UInt8]] {
        template.sources.map { source in
            guard source.pointer.count > 0 else { return [] }
            return RecordReader.withoutSpace(Array(source.pointer[0].utf8))
        }
    }

    /// Adds the next column. Returns whether the payload contains it.
    ///
    /// - Parameter isField: Whether a field of the record is in this column.
    mutating func add(_ name: [UInt8], column: Int, isField: Bool) -> Bool {
        var isUsed = false
        for index in wanted.indices where wanted[index] == name {
            if columns[index] >= 0 { refuseDuplicate(name) }
            columns[index] = column
            isUsed = true
        }
        // A delimiter after the last name makes an empty one.
        guard takesOthers, !isUsed, !isField, !name.isEmpty, !template.names.contains(name) else {
            return isUsed
        }
        if others.count == Self.maxOthers {
            refusal = refusal ?? .tooManyColumns(limit: Self.maxOthers)
            return true
        }
        if !otherNames.insert(name).inserted { refuseDuplicate(name) }
        others.append((name, column))
        return true
    }

    private mutating func refuseDuplicate(_ name: [UInt8]) {
        refusal = refusal ?? .duplicateColumn(String(decoding: name, as: UTF8.self))
    }

    /// The names of the columns that were not found.
    var missing: [String] {
        var names: [String] = []
        for index in wanted.indices where columns[index] < 0 {
            let name = template.sources[index].pointer[0]
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// The columns to keep, in ascending order.
    var kept: [Int] { Set(columns + others.map(\.column)).sorted() }

    /// The members, whose columns were all found.
    var members: PayloadMembers {
        var members = PayloadMembers()
        members.emptyCells = template.emptyCells
        members.nullText = template.nullText ?? []
        var slots: [Int: Int] = [:]
        for (slot, column) in kept.enumerated() { slots[column] = slot }
        var firstNested: [Int: Int] = [:]
        for (index, source) in template.sources.enumerated() {
            let slot = slots[columns[index]] ?? 0
            let isNested = source.pointer.count > 1
            if isNested, firstNested[slot] == nil { firstNested[slot] = index }
            members.cells.append(
                PayloadMembers.Cell(
                    slot: slot, conversion: source.conversion, depth: source.path.count,
                    isNested: isNested, firstNested: firstNested[slot] ?? 0))
        }
        let firstOther = members.cells.count
        for (_, column) in others {
            members.cells.append(
                PayloadMembers.Cell(
                    slot: slots[column] ?? 0, conversion: .string, depth: 1, isNested: false,
                    firstNested: 0))
        }
        members.layout = template.layout.replacingOthers(
            by: others.enumerated().map { ($1.name, firstOther + $0) })
        members.values = Array(repeating: .absent, count: members.cells.count)
        members.texts = Array(
            repeating: ByteRange(start: 0, count: 0), count: template.sources.count)
        return members
    }
}
