/// What an outbox has done, from the rows of its ledger.
struct OutboxHistory: Equatable {
    private struct Key: Hashable {
        var name: String
        var content: OutboxContent
    }

    /// All finished contents, by name and content.
    private var finished: [Key: OutboxFinish] = [:]
    /// The first ones with files of origins, by name and text.
    private var texts: [Key: OutboxFinish] = [:]
    /// The order of the finished contents.
    private var order: [Key] = []
    /// The finished files whose move is not recorded, by name.
    private(set) var pending: [String: OutboxFinish] = [:]
    /// The finished files with lines that were not accepted and not reported yet, by name.
    private(set) var untold: [String: OutboxFinish] = [:]
    /// The contents of the files that are being sent, by name.
    private(set) var started: [String: OutboxContent] = [:]
    /// The problems that were told and last, by name.
    private(set) var problems: [String: OutboxProblem] = [:]

    mutating func apply(_ row: OutboxRow) {
        switch row {
        case .started(let name, let content): started[name] = content
        case .finished(let finish):
            let key = Key(name: finish.name, content: finish.content)
            if finished.updateValue(finish, forKey: key) == nil { order.append(key) }
            if finish.content.origins != nil {
                let text = Key(name: finish.name, content: finish.content.text)
                texts[text] = texts[text] ?? finish
            }
            pending[finish.name] = finish
            if !finish.isDone { untold[finish.name] = finish }
            started[finish.name] = nil
            problems[finish.name] = nil
        case .moved(let name): pending[name] = nil
        case .told(let name, let problem):
            if problem.cause == OutboxProblem.notAccepted {
                untold[name] = nil
            } else {
                problems[name] = problem
            }
        case .resolved(let name):
            problems[name] = nil
            started[name] = nil
        }
    }

    /// Returns the finished run of this content under this name; nil without one.
    ///
    /// Without a file of origins the text decides alone, also if there was such a file before.
    func finish(of content: OutboxContent, named name: String) -> OutboxFinish? {
        let key = Key(name: name, content: content)
        return finished[key] ?? texts[key]
    }

    /// Returns the finished files of a name that had lines, and no file of origins.
    func finishes(named name: String) -> [OutboxFinish] {
        order.compactMap { key in
            guard key.name == name, key.content.origins == nil else { return nil }
            return finished[key].flatMap { $0.read > 0 ? $0 : nil }
        }
    }

    /// Returns the files that finished since a time, in their order.
    ///
    /// - Parameter time: Milliseconds since 1970.
    func finished(since time: Int64) -> [OutboxFinish] {
        order.compactMap { finished[$0] }.filter { finish in
            finish.sent.map { $0.finishedAt >= time } ?? false
        }
    }

    /// Whether the last file was sent to the API.
    var lastIsOfAPI: Bool { order.last.flatMap { finished[$0] }?.isOfAPI ?? false }

    /// The failed files of names of which no other file is being sent, or has a problem.
    var failed: [OutboxFinish] {
        order.compactMap { finished[$0] }.filter { finish in
            !finish.isDone && pending[finish.name] == nil && untold[finish.name] == nil
                && started[finish.name] == nil && problems[finish.name] == nil
        }
    }

    /// Whether a person was told of the problem, which lasts.
    func isKnown(_ problem: OutboxProblem, of name: String) -> Bool {
        problems[name]?.isSame(as: problem) ?? false
    }

    /// The fewest rows that give this history.
    var rows: [OutboxRow] {
        var rows: [OutboxRow] = []
        let finishes = order.compactMap { finished[$0] }
        func isOpen(_ finish: OutboxFinish) -> Bool {
            pending[finish.name] == finish || untold[finish.name] == finish
        }
        // Open ones come last, as each row of a name changes what is open.
        for finish in finishes.filter({ !isOpen($0) }) + finishes.filter(isOpen) {
            let key = Key(name: finish.name, content: finish.content)
            rows.append(.finished(finish))
            if pending[key.name] != finish { rows.append(.moved(name: key.name)) }
            if untold[key.name] != finish, !finish.isDone {
                rows.append(
                    .told(
                        name: key.name,
                        OutboxProblem(content: finish.content, cause: OutboxProblem.notAccepted)))
            }
        }
        rows += started.sorted { $0.key < $1.key }.map { .started(name: $0.key, $0.value) }
        rows += problems.sorted { $0.key < $1.key }.map { .told(name: $0.key, $0.value) }
        return rows
    }
}
