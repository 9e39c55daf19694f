import Delivery
import Records
import Sending

/// What is said about ignored members and columns, and the warning that one may be the payload.
struct IgnoredText {
    let names: IgnoredNames
    private let lacksPayloads: Bool

    /// Maximum columns of a name.
    private static let maxName = 40

    init(_ names: IgnoredNames) {
        self.names = names
        lacksPayloads = false
    }

    init(_ facts: RunFacts) {
        names = facts.ignored
        // No valid line has one.
        lacksPayloads =
            facts.withoutPayload > 0
            && facts.withoutPayload == facts.read - min(facts.read, facts.counts.invalid)
    }

    /// `id (24), created_at (24)`, and the number of those with other names; nil without any.
    var list: String? {
        guard names.total > 0 else { return nil }
        var parts = names.entries.map { entry in
            "\(entry.name.isEmpty ? "(no name)" : TextWidth.cut(Escaping.escaped(entry.name), to: Self.maxName)) "
                + "(\(WholeNumber.shown(entry.count)))"
        }
        if names.others > 0 {
            parts.append("\(WholeNumber.shown(names.others)) with other names")
        }
        return parts.joined(separator: ", ")
    }

    /// The warning of a run whose payloads probably have another name; nil without reason for it.
    var warning: String? { warning("no line has a payload", "name it") }

    /// The same before anything is sent, from the first lines.
    ///
    /// - Parameter lines: The number of lines that were read.
    func warning(first lines: UInt64) -> String? {
        warning(
            lines == 1
                ? "the first line has no payload"
                : "the first \(WholeNumber.shown(lines)) lines have no payload",
            "stop with Ctrl-C and name it")
    }

    private func warning(_ fact: String, _ action: String) -> String? {
        guard lacksPayloads, let list else { return nil }
        return "\(fact), but other members or columns are ignored: \(list); if one is the payload, "
            + "\(action) with --map payload=\(likelyName ?? "NAME")"
    }

    /// The only name, if `--map` accepts it as it is.
    private var likelyName: String? {
        guard names.entries.count == 1, names.others == 0, let name = names.entries.first?.name,
            Self.canBeMapped(name)
        else { return nil }
        return name
    }

    /// Whether `--map` and a shell accept the name as it is.
    static func canBeMapped(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
