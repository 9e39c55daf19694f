/// The names of files that the files of origins of a run have, in the order of reading.
package final class OriginNames {
    /// The names, as text.
    package private(set) var texts: [String] = []
    private var indices: [[UInt8]: Int] = [:]
    private var last: (literal: [UInt8], index: Int) = ([], 0)
    private var byteCount = 0
    private let limit: Int

    /// - Parameter inputs: The number of files of origins.
    package init(inputs: Int) { limit = max(FileOrder.maxFiles, inputs) }

    /// Returns the index of a JSON literal in `texts`; nil if there are too many.
    func index(of literal: UnsafeRawBufferPointer) -> Int? {
        if !last.literal.isEmpty, literal.elementsEqual(last.literal) { return last.index }
        let bytes = Array(literal)
        guard let index = indices[bytes] ?? add(bytes) else { return nil }
        last = (bytes, index)
        return index
    }

    private func add(_ literal: [UInt8]) -> Int? {
        byteCount += literal.count
        guard texts.count < limit, byteCount <= FileOrder.maxNameBytes else { return nil }
        var text: [UInt8] = []
        literal.withUnsafeBytes { RowText.append(textOf: $0, to: &text, keepingEscapes: false) }
        indices[literal] = texts.count
        texts.append(String(decoding: text, as: UTF8.self))
        return texts.count - 1
    }
}
