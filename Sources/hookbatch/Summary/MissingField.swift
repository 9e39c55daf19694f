import Records
import Sending

/// A field that no record has where it was looked for, probably because it has another name there.
struct MissingField {
    let field: MessageField
    /// The position that `--map` has for it; nil if it is the usual one.
    let mapped: JSONPointer?
    private let ignored: IgnoredNames

    /// Returns nil unless each record lacks the same field, and has members that are ignored.
    ///
    /// - Parameters:
    ///   - code: The most frequent error code of the records.
    ///   - count: The number of records with it.
    ///   - records: The number of all records.
    ///   - ignored: The names of the ignored members in all of them.
    init?(
        _ code: String, count: UInt64, of records: UInt64, _ mapping: FieldMapping,
        ignored: IgnoredNames
    ) {
        switch code {
        case RecordProblem.Code.missingAppID.rawValue: field = .appID
        case RecordProblem.Code.missingEventType.rawValue: field = .eventType
        default: return nil
        }
        guard count == records, ignored.total > 0 else { return nil }
        let source = mapping[keyPath: field.source]
        mapped = source == FieldMapping()[keyPath: field.source] ? nil : source.pointer
        // A single record may have the records in it, and its message says so.
        guard mapped != nil || records > 1 else { return nil }
        self.ignored = ignored
    }

    /// `no line has an appId, but other members are ignored: customer (2)`
    var fact: String {
        let place = mapped.map { " at \(Escaping.quoted($0.typed))" } ?? ""
        let list = IgnoredText(ignored).list ?? ""
        return "no line has an \(field.rawValue)\(place), but other members are ignored: \(list)"
    }

    /// The ignored name that was probably meant by a mistyped one; nil without one.
    var likelyName: String? {
        guard let mapped, mapped.count == 1 else { return nil }
        if let path = Self.path(mapped[0], in: ignored.entries.map(\.name)) { return path }
        return NearestName.find(
            mapped[0], among: ignored.entries.map(\.name).filter(IgnoredText.canBeMapped))
    }

    /// `/tenant/id` for `tenant/id` or `tenant.id`, if there is a member `tenant`; nil otherwise.
    static func path(_ text: String, in names: [String]) -> String? {
        let steps = text.split(separator: text.contains("/") ? "/" : ".")
        guard steps.count > 1, names.contains(String(steps[0])),
            steps.allSatisfy({ IgnoredText.canBeMapped(String($0)) })
        else { return nil }
        return "/" + steps.joined(separator: "/")
    }

    /// The value of `--map` with the probable name or a placeholder.
    var rule: String { "\(field.rawValue)=\(likelyName ?? "NAME")" }
}
