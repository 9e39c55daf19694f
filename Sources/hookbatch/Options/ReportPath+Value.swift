import Sending

extension ValueSyntax<ReportPath> {
    static let reportPath = ValueSyntax(
        "PATH", noun: "a path that ends in .ndjson or .csv", example: "out/events.report.ndjson",
        completion: .files, parse: ReportPath.init(text:))
}
