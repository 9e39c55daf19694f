/// An object of a payload while its template is made.
struct PayloadNode {
    enum Value {
        case object(PayloadNode)
        /// The source with this index.
        case source(Int)
        case constant([UInt8])
        case others
    }

    private struct Member {
        var name: [UInt8]
        var value: Value

        var isOthers: Bool { if case .others = value { true } else { false } }

        func isNamed(_ other: [UInt8]) -> Bool { !isOthers && name == other }
    }

    private var members: [Member] = []

    /// The names of the members, apart from the others of the record.
    var names: [[UInt8]] { members.filter { !$0.isOthers }.map(\.name) }

    /// Adds the member at a path that leads through this object as its `step`.
    mutating func add(
        _ value: Value, at path: JSONPointer, step: Int = 0
    ) throws(PayloadTemplate.Conflict) {
        let name = Array(path[step].utf8)
        let isLast = step == path.count - 1
        guard let index = members.firstIndex(where: { $0.isNamed(name) }) else {
            guard !isLast else { return members.append(Member(name: name, value: value)) }
            var object = PayloadNode()
            try object.add(value, at: path, step: step + 1)
            return members.append(Member(name: name, value: .object(object)))
        }
        guard case .object(var object) = members[index].value else {
            throw isLast ? .repeated(path) : .isAlsoObject(path.prefix(step + 1))
        }
        guard !isLast else { throw .isAlsoObject(path) }
        try object.add(value, at: path, step: step + 1)
        members[index].value = .object(object)
    }

    mutating func addOthers() { members.append(Member(name: [], value: .others)) }

    /// Appends the steps that write the members.
    func append(to layout: inout PayloadLayout) {
        for member in members {
            let name = member.name
            switch member.value {
            case .object(let object):
                let open = layout.appendOpen(name)
                object.append(to: &layout)
                layout.appendClose(of: open)
            case .source(let index): layout.appendSource(name, index)
            case .constant(let json): layout.appendConstant(name, json)
            case .others: layout.appendOthers()
            }
        }
    }
}
