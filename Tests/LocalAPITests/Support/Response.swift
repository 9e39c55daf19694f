import Foundation
import HTTP

/// The parts of a response.
struct Response {
    let status: Int
    /// Header fields by their names in lower case.
    let fields: [String: String]
    let body: String

    /// Parses `bytes` as one response.
    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.components(separatedBy: "\r\n\r\n")
        let lines = parts[0].components(separatedBy: "\r\n")
        status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
        fields = Dictionary(
            uniqueKeysWithValues: lines.dropFirst().map { line in
                let field = line.split(separator: ":", maxSplits: 1)
                return (
                    field[0].lowercased(), field[1].trimmingCharacters(in: .whitespaces)
                )
            })
        body = parts.dropFirst().joined(separator: "\r\n\r\n")
    }

    /// Parses consecutive responses by their lengths.
    static func all(in bytes: [UInt8]) -> [Response] {
        var answers: [Response] = []
        var rest = bytes[...]
        while let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) {
            let head = Response(Array(rest[..<end.upperBound]))
            let length = Int(head.fields["content-length"] ?? "0") ?? 0
            let stop = min(rest.endIndex, end.upperBound + length)
            answers.append(Response(Array(rest[..<stop])))
            rest = rest[stop...]
        }
        return answers
    }

    /// The members of the `message` in the body.
    var message: [String: String] {
        let object = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
        return object?["message"] as? [String: String] ?? [:]
    }

    /// The message of the error in the body.
    var error: String? {
        let object = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
        return (object?["error"] as? [String: String])?["message"]
    }
}
