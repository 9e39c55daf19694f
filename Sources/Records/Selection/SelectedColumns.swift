/// The CSV columns that a selection tests, by name.
struct SelectedColumns {
    private var columns: [(name: String, trimmed: [UInt8], index: Int)]
    /// The columns of the time, of which one is enough.
    private let ofTime: [String]
    /// The columns of rules, which are all needed.
    private let required: [String]
    /// The first column that the header has twice.
    private(set) var duplicate: String?

    init(_ selection: RecordSelection) {
        columns = selection.columns.map {
            ($0, RecordReader.withoutSpace(Array($0.utf8)), -1)
        }
        ofTime = selection.timeColumns
        required = selection.requiredColumns
    }

    /// Finds a column by its name in the header.
    mutating func add(_ name: [UInt8], index: Int) {
        guard !columns.isEmpty else { return }
        for i in columns.indices where columns[i].trimmed == name {
            if columns[i].index >= 0 {
                duplicate = duplicate ?? String(decoding: name, as: UTF8.self)
            }
            columns[i].index = index
        }
    }

    /// Whether a selection tests the column of this name.
    func contains(_ name: [UInt8]) -> Bool { columns.contains { $0.trimmed == name } }

    /// The names that the header lacks; those of the time only if it has none of them.
    var missing: [String] {
        let absent = columns.filter { $0.index < 0 }.map(\.name)
        guard !ofTime.allSatisfy(absent.contains) else { return absent }
        return absent.filter(required.contains)
    }

    /// The column of a pointer's first token, from 0; -1 without one.
    func index(of pointer: JSONPointer) -> Int {
        guard pointer.count > 0 else { return -1 }
        return pointer.withToken(0) { token in
            columns.first { $0.name.utf8.elementsEqual(token) }?.index ?? -1
        }
    }
}
