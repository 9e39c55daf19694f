import Delivery
package import Platform

/// The report of deliveries to endpoints: one row for each attempt that ended.
///
/// A row has the members of a report's row, and `endpoint_id`: `file` is the store, and `line` counts
/// the rows. Rows are appended, also to the file of an earlier process. Used on one thread.
package final class AttemptReport {
    /// The reason why rows can't be appended to a file.
    package enum OpenError: Error, Hashable, Sendable {
        case system(SystemError)
        /// Another process writes to it.
        case busy
        /// It is not a report of attempts.
        case foreign
    }

    package let path: String
    private let file: File
    private let store: String
    /// The length of the complete rows in the file.
    private var end: UInt64 = 0
    /// The line of the last row.
    private var line: UInt64 = 0
    private var buffer = RowBuffer(capacity: 4096)

    /// More rows than any process can append fit after it.
    private static let maxLine: UInt64 = 1 << 62

    /// Opens the report, or creates it with mode 0600.
    ///
    /// The part of a row that a killed process left is removed.
    ///
    /// - Parameter store: The path of the store.
    package init(path: String, store: String) throws(OpenError) {
        self.path = path
        self.store = store
        do throws(SystemError) {
            file = try File.openOrCreate(path)
        } catch {
            throw .system(error)
        }
        try resume()
    }

    /// Locks the file, finds the last complete row, and removes what follows it.
    private func resume() throws(OpenError) {
        let isLocked: Bool
        let size: UInt64
        let tail: [UInt8]
        do throws(SystemError) {
            isLocked = try file.tryLock()
            size = isLocked ? try file.status().size : 0
            tail = try self.tail(size)
        } catch {
            throw .system(error)
        }
        guard isLocked else { throw .busy }
        guard size > 0 else { return }
        if let last = tail.lastIndex(of: 0x0a) {
            let first = tail[..<last].lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
            let fields = tail[first..<last].withUnsafeBytes { OutcomeFields(reportRow: $0) }
            guard let fields, fields.endpoint != nil, fields.line <= Self.maxLine else {
                throw .foreign
            }
            line = fields.line
            end = size - UInt64(tail.count - last - 1)
        } else {
            // The start of a first row, and of no other file.
            let start = start(ofLine: 1)
            guard size == tail.count, tail.starts(with: start.prefix(tail.count)) else {
                throw .foreign
            }
        }
        do throws(SystemError) {
            if end < size { try file.truncate(to: end) }
        } catch {
            throw .system(error)
        }
    }

    /// The last bytes of the file: at least one row.
    private func tail(_ size: UInt64) throws(SystemError) -> [UInt8] {
        let count = Int(min(size, UInt64(ReportReader.maxRowLength)))
        let tail = try file.bytes(at: size - UInt64(count), count: count)
        guard tail.count == count else { throw .unexpectedContent(of: file) }
        return tail
    }

    /// Appends the row of an attempt to those that the next `flush` writes.
    package func append(_ attempt: ReportedAttempt) {
        line += 1
        appendStart(ofLine: line, to: &buffer)
        buffer.append(text: attempt.application)
        buffer.append(",\"event_type\":")
        attempt.eventType.withUnsafeBytes { buffer.append(literal: $0) }
        buffer.append(",\"outcome\":\"")
        buffer.append(Array(attempt.outcome.rawValue.utf8))
        buffer.append("\",\"status\":")
        buffer.append(optional: attempt.status)
        buffer.append(",\"message_id\":")
        buffer.append(text: attempt.message)
        buffer.append(",\"attempts\":")
        buffer.append(decimal: attempt.number)
        // The receiver may have processed an earlier attempt, whatever its response was.
        buffer.append(",\"possible_duplicate\":")
        buffer.append(attempt.number > 1 || attempt.isRepeated ? "true" : "false")
        buffer.append(",\"started_at\":")
        buffer.append(timestamp: attempt.startedAt)
        buffer.append(",\"latency_ms\":")
        buffer.append(latency: attempt.nanoseconds)
        buffer.append(",\"error\":")
        buffer.append(optional: attempt.error)
        buffer.append(",\"detail\":")
        if attempt.detail.isEmpty {
            buffer.append("null")
        } else {
            attempt.detail.withUnsafeBytes { buffer.append(text: $0) }
        }
        buffer.append(",\"endpoint_id\":")
        buffer.append(text: attempt.endpoint)
        buffer.append("}\n")
    }

    /// Appends a row up to its first value that depends on the attempt.
    private func appendStart(ofLine line: UInt64, to buffer: inout RowBuffer) {
        buffer.append("{\"file\":")
        buffer.append(text: store)
        buffer.append(",\"line\":")
        buffer.append(decimal: line)
        buffer.append(",\"appId\":")
    }

    private func start(ofLine line: UInt64) -> [UInt8] {
        var buffer = RowBuffer(capacity: 256)
        appendStart(ofLine: line, to: &buffer)
        return Array(buffer.bytes)
    }

    /// Writes the rows since the last call. A failure leaves the file without them.
    package func flush() throws(SystemError) {
        guard buffer.count > 0 else { return }
        do throws(SystemError) {
            try file.write(buffer.bytes, at: end)
            end += UInt64(buffer.count)
            buffer.removeAll()
        } catch {
            try? file.truncate(to: end)
            throw error
        }
    }
}
