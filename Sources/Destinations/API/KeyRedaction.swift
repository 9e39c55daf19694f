/// The removal of the API key and other secrets from a server's texts.
///
/// A text that contains one in any spelling that `KeySearch` knows is replaced as a whole: a
/// part of it that is decoded wrongly would leave a part of it.
package struct KeyRedaction {
    /// The replacement of a text that contains a key.
    package static let notice: StaticString =
        "the response repeats the API key; its text is left out"
    /// The replacement of a text that contains another secret.
    package static let secretNotice: StaticString =
        "the response repeats a value of --header-file; its text is left out"
    private var keys: [[UInt8]]
    private var keySearch: KeySearch
    /// nil without other secrets than keys.
    private let secretSearch: KeySearch?

    package init(key: [UInt8], secrets: [[UInt8]] = []) {
        keys = [key]
        keySearch = KeySearch(keys: keys)
        secretSearch = secrets.isEmpty ? nil : KeySearch(keys: secrets)
    }

    /// Keeps another key out of the texts too.
    package mutating func add(key: [UInt8]) {
        keys.append(key)
        keySearch = KeySearch(keys: keys)
    }

    /// Whether `text` contains a secret in any spelling.
    package func occurs(in text: UnsafeRawBufferPointer) -> Bool {
        notice(for: text, isCut: false) != nil
    }

    /// `text`, or the notice if it contains a secret.
    ///
    /// `isCut`: more text followed. Scalars at its end that may begin a secret are removed.
    package func apply(to text: [UInt8], isCut: Bool) -> [UInt8] {
        if let notice = text.withUnsafeBytes({ notice(for: $0, isCut: false) }) {
            return Array(
                UnsafeRawBufferPointer(start: notice.utf8Start, count: notice.utf8CodeUnitCount))
        }
        var text = text
        while isCut, !text.isEmpty, text.withUnsafeBytes({ notice(for: $0, isCut: true) }) != nil {
            while let byte = text.popLast(), byte & 0b1100_0000 == 0b1000_0000 {}
        }
        return text
    }

    private func notice(for text: UnsafeRawBufferPointer, isCut: Bool) -> StaticString? {
        if keySearch.finds(in: text, isCut: isCut) { return Self.notice }
        guard let secretSearch, secretSearch.finds(in: text, isCut: isCut) else { return nil }
        return Self.secretNotice
    }
}
