// sources: Sources/Records Tests/Fuzzing/RecordsSplitCheck.swift Tests/Fuzzing/FuzzInput.swift
// seeds: jsontestsuite/test_parsing jsontestsuite
#if canImport(Records)
    import Records
#endif

/// Reads the input as a JSON input. The last byte selects the options.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSONStream(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let input = FuzzInput(start, count) else { return 0 }
    let (text, choice) = (input.text, input.choice)
    var options = ReaderOptions()
    options.payload = choice & 1 == 0 ? .any : .objectOrString
    options.maxRecordBytes = choice & 2 == 0 ? 1 << 20 : 48
    switch choice >> 2 & 3 {
    case 0: options.records = ["a"]
    case 1: options.records = []
    default: break
    }
    if choice & 16 != 0 { options.mapping.payload = .pointer(choice & 32 == 0 ? [] : ["b", "0"]) }
    if choice & 64 != 0 {
        options.mapping.appID = .constant(Array("a".utf8))
        options.mapping.eventType = .constant(Array(#""t""#.utf8))
    }
    // Without them most inputs would end at once.
    let event = Array(#"{"appId":"a","event_type":"t","a":["#.utf8)
    let prefix = choice & 128 == 0 ? [] : options.records == nil ? [0x5B] : event
    (prefix + text).withUnsafeBytes { checkSplits(of: $0, .json, options) }
    return 0
}
