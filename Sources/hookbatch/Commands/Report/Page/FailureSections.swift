import Delivery

extension ReportPage {
    /// Writes the endpoints, applications and event types with the most failures.
    func failures(_ page: inout HTMLWriter) {
        failures(
            &page, digest.endpoints, id: "endpoints", name: "Endpoint",
            title: "Endpoints with the most failures")
        failures(
            &page, digest.applications, id: "applications", name: "Application",
            title: "Applications with the most failures")
        failures(
            &page, digest.eventTypes, id: "types", name: "Event type",
            title: "Event types with the most failures")
    }

    private func failures(
        _ page: inout HTMLWriter, _ table: OutcomeTable, id: String, name: String, title: String
    ) {
        guard table.count > 0 else { return }
        let outcomes = Outcome.allCases.filter { $0 != .accepted && digest.counts[$0] > 0 }
        section(&page, id, title) { page in
            page.table(
                label: id,
                columns: [.text(name), .number("Not accepted")]
                    + outcomes.map { .number(Self.heading($0)) } + [.text("First at", "at")],
                isWide: true
            ) { page in
                let top = table.top(Self.maxRows, by: \.total)
                for (index, entry) in top {
                    page.element("tr") { page in
                        page.element("th", ["scope": "row", "class": "code"]) { page in
                            page.untrusted(table.text(of: index))
                        }
                        page.number(entry.counts.total)
                        for outcome in outcomes { page.number(entry.counts[outcome]) }
                        page.element("td") { page in
                            page.element(
                                "bdi", text: digest.place(of: entry, longest: UntrustedText.longest)
                            )
                        }
                    }
                }
                rest(&page, of: table, shown: top.map(\.entry), columns: outcomes.count + 1)
            }
        }
    }

    /// Writes one row for all other entries, if any.
    private func rest(
        _ page: inout HTMLWriter, of table: OutcomeTable, shown: [OutcomeTable.Entry],
        columns: Int
    ) {
        guard let others = others(of: table, shown: shown) else { return }
        page.element("tr") { page in
            page.element("th", ["scope": "row", "class": "most"], text: others.name)
            page.number(others.lines)
            page.element("td", ["colspan": String(columns)]) { _ in }
        }
    }

    /// Returns the number of other entries as text, and their lines; nil without any.
    func others(
        of table: OutcomeTable, shown: [OutcomeTable.Entry]
    ) -> (name: String, lines: UInt64)? {
        let all = table.entries.reduce(table.others) { $0 + $1.counts.total }
        let lines = all - shown.reduce(0) { $0 + $1.counts.total }
        guard lines > 0 else { return nil }
        // The table does not count untracked keys.
        let number = WholeNumber.shown(table.count - shown.count)
        return (table.others > 0 ? "more than \(number) others" : "\(number) others", lines)
    }

    /// Writes the reports that were read, and their inputs.
    func sources(_ page: inout HTMLWriter) {
        section(&page, "files", "Files") { page in
            page.element("p", ["class": "quiet"]) { page in
                page.text(reports.count == 1 ? "Report: " : "\(reports.count) reports: ")
                for (index, path) in reports.prefix(Self.maxRows).enumerated() {
                    if index > 0 { page.text(", ") }
                    page.untrusted(path)
                }
                if reports.count > Self.maxRows {
                    page.text(" and \(reports.count - Self.maxRows) more")
                }
            }
            guard digest.files.count > 0 else { return }
            page.table(
                label: "files",
                columns: [
                    .text("Input"), .number("Lines"), .number("Accepted"), .number("Not accepted"),
                ]
            ) { page in
                let top = digest.files.top(Self.maxRows, by: \.total)
                for (index, entry) in top {
                    page.element("tr") { page in
                        page.element("th", ["scope": "row"]) { page in
                            page.untrusted(digest.files.text(of: index))
                        }
                        page.number(entry.counts.total)
                        page.number(entry.counts.accepted)
                        page.number(entry.counts.total - entry.counts.accepted)
                    }
                }
                rest(&page, of: digest.files, shown: top.map(\.entry), columns: 2)
            }
        }
    }

    func section(
        _ page: inout HTMLWriter, _ id: String, _ title: String,
        _ content: (inout HTMLWriter) -> Void
    ) {
        page.line()
        page.element("section", ["aria-labelledby": id]) { page in
            page.element("h2", ["id": id], text: title)
            content(&page)
        }
    }

    private static func heading(_ outcome: Outcome) -> String {
        outcome.words.prefix(1).uppercased() + outcome.words.dropFirst()
    }
}
