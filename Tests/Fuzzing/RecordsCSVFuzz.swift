// sources: Sources/Records Tests/Fuzzing/RecordsSplitCheck.swift Tests/Fuzzing/FuzzInput.swift
// seeds: csv-spectrum/csvs
#if canImport(Records)
    import Records
#endif

/// A template of members of which the options of a choice select the kinds.
private func members(_ choice: UInt8) -> PayloadTemplate {
    let kind = PayloadTemplate.Conversion.allCases[Int(choice >> 1 & 3)]
    let members: [PayloadTemplate.Member] = [
        .init(path: ["a", "b"], content: .source(["payload"], kind)), .others,
        .init(path: ["a", "c"], content: .source(["payload", "a", "b"], .string)),
        .init(path: ["x"], content: .source(["appId"], .string)),
    ]
    guard var template = try? PayloadTemplate(members) else {
        preconditionFailure("the members have different names")
    }
    template.emptyCells = PayloadTemplate.EmptyCells.allCases[Int(choice >> 4 & 3) % 3]
    template.nullText = choice & 1 == 0 ? nil : Array("a".utf8)
    return template
}

/// Reads the input as CSV. The last byte selects the options, and the first the dialect.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCSV(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count) else { return 0 }
    let (text, choice) = (input.text, input.choice)
    var options = ReaderOptions()
    options.payload = choice & 1 == 0 ? .any : .objectOrString
    options.csvPayload = ReaderOptions.CSVPayload.allCases[Int(choice >> 1 & 3) % 3]
    options.maxRecordBytes = choice & 8 == 0 ? 1 << 20 : 48
    options.hasHeader = choice & 16 != 0
    if choice & 32 != 0 { options.idempotencyKeyFrom = ["payload"] }
    if choice & 64 != 0 {
        options.mapping.payload = .pointer(["payload", "a"])
        if choice & 128 != 0 { options.mapping.appID = .constant(Array("acme".utf8)) }
    }
    if choice & 192 == 128, options.hasHeader {
        options.mapping.payload = .members(members(choice))
    }
    let first = text.first ?? 0
    let dialect = CSVDialect(
        delimiter: first & 1 == 0 ? 0x2C : nil, quote: first & 2 == 0 ? .double : .none,
        escape: first & 4 == 0 ? .none : .backslash)
    let rowEnd = first & 8 == 0 ? "\n" : "\r"
    // Most inputs have no valid header and would be refused.
    let header = Array((options.hasHeader ? "appId,event_type,payload" + rowEnd : "").utf8)
    (header + text).withUnsafeBytes { checkSplits(of: $0, .csv(dialect), options) }
    return 0
}
