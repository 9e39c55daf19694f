// sources: Sources/Records Tests/Fuzzing/RecordsSplitCheck.swift Tests/Fuzzing/FuzzInput.swift
// seeds: jsontestsuite/test_parsing jsontestsuite
#if canImport(Records)
    import Records
#endif

/// Reads the input as NDJSON and JSON. The last byte selects the options.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count) else { return 0 }
    let (text, choice) = (input.text, input.choice)
    var options = ReaderOptions()
    options.payload = choice & 1 == 0 ? .any : .objectOrString
    options.maxRecordBytes = choice & 2 == 0 ? 1 << 20 : 64
    if choice & 4 != 0 { options.idempotencyKeyFrom = ["payload", "id"] }
    if choice & 8 != 0 {
        options.mapping.payload = .pointer(choice & 16 == 0 ? [] : ["payload", "0"])
    }
    if choice & 32 != 0 { options.mapping.appID = .pointer(["a", "id"]) }
    if choice & 64 != 0 { options.mapping.eventType = .constant(Array(#""t""#.utf8)) }
    if choice & 136 == 128, let template = try? PayloadTemplate(members) {
        options.mapping.payload = .members(template)
    }
    checkSplits(of: text, .ndjson, options)
    checkDocument(text)
    checkString(text)
    return 0
}

/// None is deeper in the payload than in the record.
private let members: [PayloadTemplate.Member] = [
    .init(path: ["x", "y"], content: .source(["payload", "a"], .string)), .others,
    .init(path: ["z"], content: .source(["a", "0"], .string)),
    .init(path: ["x", "k"], content: .constant(Array("1".utf8))),
    .init(path: ["w"], content: .source(["b"], .string)),
]

/// Checks that a found value is valid JSON, and none is in invalid JSON.
private func checkDocument(_ text: UnsafeRawBufferPointer) {
    let isValid = JSONDocument.isValid(text)
    for pointer in [[], ["a"], ["payload", "0"], ["message", "id"]] as [JSONPointer] {
        guard let found = JSONDocument.value(at: pointer, in: text) else {
            precondition(!isValid || pointer.count > 0, "a valid text has no value")
            continue
        }
        precondition(isValid, "a value was found in an invalid text")
        let value = UnsafeRawBufferPointer(rebasing: text[found.start..<found.start + found.count])
        precondition(JSONDocument.isValid(value), "a found value is not valid")
    }
    if isValid {
        precondition(String(validating: text, as: UTF8.self) != nil, "valid JSON is not UTF-8")
    }
}

/// Checks that a text equals its decoded literal.
private func checkString(_ text: UnsafeRawBufferPointer) {
    guard String(validating: text, as: UTF8.self) != nil else { return }
    var literal: [UInt8] = []
    JSONString.appendLiteral(of: text, to: &literal)
    var decoded: [UInt8] = []
    precondition(literal.withUnsafeBytes { JSONString.decode($0, into: &decoded) })
    precondition(decoded.elementsEqual(text), "a text differs from its decoded literal")
}
