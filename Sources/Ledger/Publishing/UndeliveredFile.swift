import Platform
import Records

/// A file of undelivered lines of one kind, and the file of their origins, under temporary names.
struct UndeliveredFile: ~Copyable {
    private var lines: AtomicFile
    private var origins: OriginsWriter?
    /// Whether it is CSV with a header.
    private let isTable: Bool
    private var text = UTF8Stream()

    private init(
        _ lines: consuming AtomicFile, _ origins: consuming OriginsWriter?, isTable: Bool
    ) {
        self.lines = lines
        self.origins = origins
        self.isTable = isTable
    }

    /// - Parameter kind: `rejected` or `unknown`.
    static func create(
        _ path: String, _ plan: UndeliveredPlan, kind: String
    ) throws(SystemError) -> UndeliveredFile {
        let lines = try AtomicFile(path)
        let isTable = !plan.header.isEmpty
        let origins = try plan.origins.map { (origins) throws(SystemError) in
            try OriginsWriter.create(path + OriginsHeader.pathExtension, origins, kind: kind)
        }
        var file = UndeliveredFile(lines, origins, isTable: isTable)
        // With the line ends of the lines.
        var header = plan.header
        if header.suffix(2) == [0x0d, 0x0a] { header.remove(at: header.count - 2) }
        try header.span.withUnsafeBytes { (bytes) throws(SystemError) in try file.append(bytes) }
        return file
    }

    /// Appends a part of a line.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        if isTable { text.add(bytes) }
        try lines.append(bytes)
    }

    /// Appends the line feed of a line, and its origin.
    mutating func end(_ row: UndeliveredLine) throws(LedgerError) {
        try LedgerError.system { () throws(SystemError) in try lines.append([0x0a]) }
        do {
            try origins?.append(row)
        } catch {
            switch error {
            case .system(let error): throw .system(error)
            case .damaged(let path): throw .replaced(path: path)
            }
        }
    }

    /// Syncs the files, which keep their temporary names. Returns their final names.
    consuming func finish() throws(SystemError) -> [String] {
        var paths = [lines.path]
        let file = try lines.finish()
        // Without the mark a spreadsheet program reads another encoding.
        if isTable, !text.isASCII, text.isValid {
            try file.insert([0xef, 0xbb, 0xbf])
            try file.sync()
        }
        if let origins = origins.take() {
            paths.append(paths[0] + OriginsHeader.pathExtension)
            try origins.finish()
        }
        return paths
    }
}
