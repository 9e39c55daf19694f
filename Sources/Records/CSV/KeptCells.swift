/// The cells of a row that only some inputs need: the idempotency key, and a payload's members.
struct KeptCells {
    private struct Cell {
        var column: Int
        var field = CSVField()
    }

    /// The first column that is kept; `Int.max` without one.
    let firstColumn: Int
    private let keyColumn: Int
    var key = CSVField()
    /// The members' cells, in ascending order of the columns.
    private var cells: [Cell] = []
    /// The number of members' cells of the current row.
    private var count = 0

    /// Keeps nothing.
    init() { self.init(columns: [], key: -1) }

    /// - Parameters:
    ///   - columns: The columns of members, from 0, in ascending order.
    ///   - key: The column of the idempotency key; negative without one.
    init(columns: [Int], key: Int) {
        firstColumn = min(columns.first ?? .max, key < 0 ? .max : key)
        keyColumn = key
        cells = columns.map { Cell(column: $0) }
    }

    /// Adds the next cell of a row from `firstColumn` on, if it is kept.
    @inline(never)
    mutating func add(_ field: CSVField, column: Int) {
        if column == firstColumn { count = 0 }
        if column == keyColumn { key = field }
        guard count < cells.count, cells[count].column == column else { return }
        cells[count].field = field
        count += 1
    }

    /// The member's cell with this index in the complete row at `start` of the buffer.
    func cell(_ index: Int, in start: Int) -> CSVCell {
        CSVCell(cells[index].field, in: start, column: cells[index].column)
    }
}
