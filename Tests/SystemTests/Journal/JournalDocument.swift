import Foundation
import TestSupport

/// The guide on the journal's format: its tables and its example rows.
struct JournalDocument {
    /// A row of a table.
    struct Member {
        var name: String
        var type: String
        var value: String
        var mayBeNull: Bool
        var mayBeAbsent: Bool
    }

    /// The tables by heading: the members of each kind of row.
    var tables: [String: [Member]] = [:]
    /// The rows of all fences marked `json`, in order.
    private(set) var examples: [String] = []

    /// The heading of the table for elements of `inputs`.
    static let inputHeading = "Members of an input"
    /// The heading of the table for rows without `kind`.
    static let outcomeHeading = "Outcome row"

    static func read() throws -> JournalDocument {
        let path = Hookbatch.root + "/Sources/hookbatch/hookbatch.docc/JournalFormat.md"
        return JournalDocument(try String(contentsOfFile: path, encoding: .utf8))
    }

    init(_ text: String) {
        var heading = ""
        var isInFence = false
        for line in text.components(separatedBy: "\n") {
            if line.hasPrefix("```") {
                isInFence = line == "```json"
            } else if isInFence {
                examples.append(line)
            } else if line.hasPrefix("#") {
                heading = String(line.drop { $0 == "#" || $0 == " " })
                    .replacing("`", with: "")
            } else if line.hasPrefix("| `"), let member = Self.member(line) {
                tables[heading, default: []].append(member)
            }
        }
    }

    private static func member(_ line: String) -> Member? {
        let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        guard cells.count == 4 else { return nil }
        return Member(
            name: cells[0].replacing("`", with: ""), type: cells[1], value: cells[2],
            mayBeNull: cells[3].contains("null if"), mayBeAbsent: cells[3].hasPrefix("absent if"))
    }

    /// Returns the heading of the table that describes `row`.
    static func heading(of row: JournalJSON) -> String {
        if case .string(let kind) = row["kind"] { kind + " row" } else { outcomeHeading }
    }

    /// Returns all differences between `row`, without its line feed, and this guide.
    func problems(of row: String) -> [String] {
        guard JournalChecksum.holds(in: Array(row.utf8)) else { return ["wrong checksum: \(row)"] }
        do {
            let value = try JournalJSON(row.utf8)
            guard value.members.last?.name == "crc" else { return ["crc is not last: \(row)"] }
            return problems(
                of: Array(value.members.dropLast()), heading: Self.heading(of: value))
        } catch {
            return ["\(error): \(row)"]
        }
    }

    private func problems(of members: [JournalJSON.Member], heading: String) -> [String] {
        guard let table = tables[heading] else { return ["no table '\(heading)'"] }
        var found: [String] = []
        let documented = Set(table.map(\.name))
        for member in members where !documented.contains(member.name) {
            found.append("\(heading): \(member.name) is not documented")
        }
        for entry in table where !entry.mayBeAbsent {
            guard !members.contains(where: { $0.name == entry.name }) else { continue }
            found.append("\(heading): \(entry.name) is missing")
        }
        let order = table.map(\.name).filter { name in members.contains { $0.name == name } }
        if found.isEmpty, order != members.map(\.name) {
            found.append("\(heading): the members have another order")
        }
        for member in members {
            guard let entry = table.first(where: { $0.name == member.name }) else { continue }
            found += problems(of: member.value, entry).map { "\(heading): \(entry.name) \($0)" }
        }
        return found
    }

    private func problems(of value: JournalJSON, _ entry: Member) -> [String] {
        let rule = JournalValueRule(entry.value)
        switch (entry.type, value) {
        case (_, .null):
            return entry.mayBeNull ? [] : ["is null"]
        case ("string", .string(let text)):
            return rule.accepts(text) ? [] : ["is '\(text)'"]
        case ("integer", .integer(let number)):
            return rule.accepts(number) ? [] : ["is \(number)"]
        case ("decimal", .decimal(let number)):
            return number >= 0 ? [] : ["is \(number)"]
        case ("boolean", .boolean):
            return []
        case ("array of pairs", .array(let elements)):
            let arePairs = elements.allSatisfy {
                guard case .array(let pair) = $0, pair.count == 2,
                    case .integer(let line) = pair[0], case .string(let hash) = pair[1]
                else { return false }
                return line >= 1 && hash.wholeMatch(of: /[0-9a-f]{16}/) != nil
            }
            return arePairs && rule.accepts(elements.count) ? [] : ["is \(elements)"]
        case ("array of number pairs", .array(let elements)):
            let arePairs = elements.allSatisfy {
                guard case .array(let pair) = $0, pair.count == 2,
                    case .integer(let first) = pair[0], case .integer(let second) = pair[1]
                else { return false }
                return first >= 1 && second >= 1
            }
            return arePairs ? [] : ["is \(elements)"]
        case ("array of objects", .array(let elements)):
            return elements.flatMap { problems(of: $0.members, heading: Self.inputHeading) }
        case ("object of strings", .object(let members)):
            let isText = members.allSatisfy { if case .string = $0.value { true } else { false } }
            return isText && members.map(\.name) == members.map(\.name).sorted()
                ? [] : ["is \(members)"]
        default:
            return ["is not of type \(entry.type): \(value)"]
        }
    }
}

/// A rule for values, from the third column of a table.
struct JournalValueRule {
    private let text: String

    init(_ text: String) { self.text = text }

    func accepts(_ value: String) -> Bool {
        if text.hasPrefix("one of") {
            let list = text.prefix { $0 != ";" }
            return list.split(separator: "`").contains(value[...])
        }
        if text == "`\(text.replacing("`", with: ""))`" { return text == "`\(value)`" }
        if text.hasPrefix("RFC 3339") {
            let time = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/
            return value.wholeMatch(of: time) != nil
        }
        if let match = text.prefixMatch(of: /(\d+) hexadecimal digits/) {
            return value.utf8.count == Int(match.1)
                && value.allSatisfy { "0123456789abcdef".contains($0) }
        }
        if let match = text.prefixMatch(of: /(\d+) characters of `(.+)`/) {
            return value.count == Int(match.1) && value.allSatisfy { match.2.contains($0) }
        }
        if let match = text.prefixMatch(of: /(\d+) to (\d+) characters/) {
            return Self.range(match.1, match.2).contains(value.count)
        }
        return true
    }

    func accepts(_ value: Int) -> Bool {
        if let match = text.prefixMatch(of: /(\d+),/) { return value == Int(match.1) }
        if let match = text.firstMatch(of: /(\d[\d,]*) to (\d[\d,]*)/) {
            return Self.range(match.1, match.2).contains(value)
        }
        if let match = text.firstMatch(of: /(\d+) or more/) {
            return value >= Int(match.1) ?? .max
        }
        return true
    }

    private static func range(_ first: Substring, _ last: Substring) -> ClosedRange<Int> {
        let low = Int(first.replacing(",", with: "")) ?? 0
        return low...max(low, Int(last.replacing(",", with: "")) ?? 0)
    }
}
