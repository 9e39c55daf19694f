import Platform

extension File {
    /// Reads the first row, without its line feed; nil if it is not complete within `limit` bytes.
    ///
    /// Most first rows need one read.
    func firstRow(upTo limit: Int) throws(SystemError) -> [UInt8]? {
        var count = min(4096, limit)
        while true {
            let start = try bytes(at: 0, count: count)
            if let end = start.firstIndex(of: 0x0a) { return Array(start[..<end]) }
            guard start.count == count, count < limit else { return nil }
            count = min(count * 8, limit)
        }
    }
}
