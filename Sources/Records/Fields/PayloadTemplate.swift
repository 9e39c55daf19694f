/// A payload that is built of a record's values: an object with these members, in this order.
///
/// A member without a value is left out, and so is an object without members. A record without any
/// value has no payload.
package struct PayloadTemplate: Hashable, Sendable {
    /// The content of a CSV cell.
    package enum Conversion: String, Hashable, Sendable, CaseIterable {
        /// Text, which becomes a JSON string.
        case string
        /// Any JSON value.
        case json
        /// A JSON number.
        case number
        /// A number with a comma before its fraction, and possibly points between thousands.
        case decimalComma = "decimal-comma"
        /// `true` or `false`, also capitalised or in capitals; `t` or `f`; `1` or `0`.
        case boolean
    }

    /// What becomes of an empty CSV cell.
    package enum EmptyCells: String, Hashable, Sendable, CaseIterable {
        /// The member is left out.
        case omit
        /// The member is null.
        case null
        /// The cell is an empty text.
        case string
    }

    /// The content of a member.
    package enum Content: Hashable, Sendable {
        /// The value at a position in the record; the empty pointer is the whole record.
        ///
        /// In CSV the first token names a column, and the conversion applies to its cell. Further
        /// tokens lead into the JSON of the cell. A value of a JSON record is copied.
        case source(JSONPointer, Conversion)
        /// The same JSON for every record, which the reader does not validate.
        case constant([UInt8])
        /// All members or columns of the record that no field uses, under their own names.
        ///
        /// Those with the name of another member of the payload are left out.
        case others
    }

    /// A member of the payload or of an object in it.
    package struct Member: Hashable, Sendable {
        /// The position in the payload, through objects only; empty for `Content.others`.
        package let path: JSONPointer
        package let content: Content

        package init(path: JSONPointer, content: Content) {
            precondition((path.count == 0) == (content == .others), "a member without a name")
            self.path = path
            self.content = content
        }

        package static let others = Member(path: [], content: .others)
    }

    /// A contradiction between two members.
    package enum Conflict: Error, Hashable {
        /// Two members have this position.
        case repeated(JSONPointer)
        /// The member at this position is also an object of others.
        case isAlsoObject(JSONPointer)
    }

    /// A value of the record that the payload contains.
    struct Source: Hashable, Sendable {
        var pointer: JSONPointer
        var conversion: Conversion
        /// The position in the payload.
        var path: JSONPointer
    }

    /// How empty CSV cells are read.
    package var emptyCells = EmptyCells.omit
    /// The text of an unquoted CSV cell that means null; nil for none.
    package var nullText: [UInt8]?
    let sources: [Source]
    let layout: PayloadLayout
    /// The decoded names of the payload's own members, apart from the others of the record.
    let names: [[UInt8]]

    /// Creates a template of at least one member, `others` at most once.
    package init(_ members: [Member]) throws(Conflict) {
        precondition(!members.isEmpty, "a payload without members")
        precondition(members.count { $0.content == .others } <= 1, "all others twice")
        var sources: [Source] = []
        var root = PayloadNode()
        for member in members {
            switch member.content {
            case .others: root.addOthers()
            case .constant(let json): try root.add(.constant(json), at: member.path)
            case .source(let pointer, let conversion):
                try root.add(.source(sources.count), at: member.path)
                sources.append(
                    Source(pointer: pointer, conversion: conversion, path: member.path))
            }
        }
        self.sources = sources
        layout = PayloadLayout(root)
        names = root.names
    }
}
