import Ledger
import Platform

/// The numbers of a matching: a file whose failures end the run.
package struct MatchNumbers {
    let file: NumberFile

    init(_ file: NumberFile) { self.file = file }

    /// - Parameter place: The path beside which the file is created.
    init(beside place: String) throws(SendError) {
        do { file = try NumberFile(beside: place) } catch { throw .file(error) }
    }

    package var count: UInt64 { file.count }

    package func number(at index: UInt64) throws(SendError) -> UInt64 {
        do { return try file.number(at: index) } catch { throw .file(error) }
    }

    func append(_ number: UInt64) throws(SendError) {
        do { try file.append(number) } catch { throw .file(error) }
    }

    func set(_ number: UInt64, at index: UInt64) throws(SendError) {
        do { try file.set(number, at: index) } catch { throw .file(error) }
    }
}

extension SendError {
    /// Calls `body`, whose failures end the run.
    static func system<R: ~Copyable>(
        _ body: () throws(SystemError) -> R
    ) throws(SendError) -> R {
        do { return try body() } catch { throw .file(error) }
    }
}
