import Platform

/// A file of undelivered lines of one kind, and the file of their origins, under temporary names.
struct UndeliveredFile: ~Copyable {
    private var lines: AtomicFile
    private var origins: OriginsWriter?

    private init(_ lines: consuming AtomicFile, _ origins: consuming OriginsWriter?) {
        self.lines = lines
        self.origins = origins
    }

    /// - Parameter kind: `rejected` or `unknown`.
    static func create(
        _ path: String, _ plan: UndeliveredPlan, kind: String
    ) throws(SystemError) -> UndeliveredFile {
        var lines = try AtomicFile(path)
        try lines.append(plan.header)
        guard let origins = plan.origins else { return UndeliveredFile(lines, nil) }
        return UndeliveredFile(
            lines,
            try OriginsWriter.create(path + OriginsHeader.pathExtension, origins, kind: kind))
    }

    /// Appends a part of a line.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
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
        try lines.finish()
        if let origins = origins.take() {
            paths.append(paths[0] + OriginsHeader.pathExtension)
            try origins.finish()
        }
        return paths
    }
}
