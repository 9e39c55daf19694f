/// The steps that write a payload from the values of a record.
struct PayloadLayout: Hashable, Sendable {
    /// A part of `text`.
    struct Part: Hashable, Sendable {
        var start: Int
        var count: Int
    }

    enum Step: Hashable, Sendable {
        /// The start of an object, `"name":{`, that contains this number of steps.
        case open(Part, inside: Int)
        case close
        /// A member's name, `"name":`, and the value of the source with this index.
        case source(Part, Int)
        /// A member with a constant value.
        case constant(Part)
        /// All members of the record that no field uses.
        case others
    }

    private(set) var steps: [Step] = []
    /// The names with their colons, and the constants.
    private(set) var text: [UInt8] = []

    init() {}

    init(_ root: PayloadNode) { root.append(to: &self) }

    /// The maximum number of bytes without the values of the record.
    var fixedCount: Int { text.count + 2 * steps.count + 2 }

    var hasOthers: Bool { steps.contains(.others) }

    /// Appends the start of an object, and returns its step.
    mutating func appendOpen(_ name: [UInt8]) -> Int {
        steps.append(.open(append(name, [Byte.openBrace]), inside: 0))
        return steps.count - 1
    }

    /// Appends the end of the object that starts with the step `open`.
    mutating func appendClose(of open: Int) {
        guard case .open(let name, _) = steps[open] else {
            preconditionFailure("the step is not the start of an object")
        }
        steps[open] = .open(name, inside: steps.count - open - 1)
        steps.append(.close)
    }

    mutating func appendSource(_ name: [UInt8], _ index: Int) {
        steps.append(.source(append(name, []), index))
    }

    mutating func appendConstant(_ name: [UInt8], _ json: [UInt8]) {
        steps.append(.constant(append(name, json)))
    }

    mutating func appendOthers() { steps.append(.others) }

    /// The same layout with these sources in place of the others of the record.
    func replacingOthers(by sources: [(name: [UInt8], index: Int)]) -> PayloadLayout {
        var layout = PayloadLayout()
        layout.text = text
        for step in steps {
            guard step == .others else {
                layout.steps.append(step)
                continue
            }
            for (name, index) in sources { layout.appendSource(name, index) }
        }
        return layout
    }

    /// Appends a name as a JSON string literal, a colon and `rest` to the text.
    private mutating func append(_ name: [UInt8], _ rest: [UInt8]) -> Part {
        let start = text.count
        name.withUnsafeBytes { JSONString.appendLiteral(of: $0, to: &text) }
        text.append(Byte.colon)
        text += rest
        return Part(start: start, count: text.count - start)
    }
}
