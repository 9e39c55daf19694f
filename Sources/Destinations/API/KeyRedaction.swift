/// The removal of the API key from a server's texts.
///
/// A text that contains the key in any spelling that `KeySearch` knows is replaced as a whole: a
/// part of it that is decoded wrongly would leave a part of the key.
package struct KeyRedaction {
    /// The replacement of a text that contains the key.
    package static let notice: StaticString =
        "the response repeats the API key; its text is left out"
    private let search: KeySearch

    package init(key: [UInt8]) { search = KeySearch(key: key) }

    /// Whether `text` contains the key in any spelling.
    package func occurs(in text: UnsafeRawBufferPointer) -> Bool {
        search.finds(in: text, isCut: false)
    }

    /// `text`, or the notice if it contains the key.
    ///
    /// `isCut`: more text followed. Scalars at its end that may begin the key are removed.
    package func apply(to text: [UInt8], isCut: Bool) -> [UInt8] {
        if text.withUnsafeBytes({ occurs(in: $0) }) {
            let notice = UnsafeRawBufferPointer(
                start: Self.notice.utf8Start, count: Self.notice.utf8CodeUnitCount)
            return Array(notice)
        }
        var text = text
        while isCut, !text.isEmpty, text.withUnsafeBytes({ search.finds(in: $0, isCut: true) }) {
            while let byte = text.popLast(), byte & 0b1100_0000 == 0b1000_0000 {}
        }
        return text
    }
}
