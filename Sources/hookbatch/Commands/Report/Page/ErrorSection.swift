import Delivery

extension ReportPage {
    /// Writes each error with its first rows, to unfold.
    func errors(_ page: inout HTMLWriter) {
        guard digest.errors.count > 0 else { return }
        section(&page, "errors", "Errors") { page in
            let top = digest.errors.top(Self.maxRows, by: \.total)
            page.element("div", ["class": "errors"]) { page in
                for (index, entry) in top {
                    page.element("details") { page in
                        summary(&page, index, entry)
                        advice(&page, index, entry)
                        rows(&page, index)
                        command(&page, index, entry)
                    }
                }
            }
            let shown = top.map(\.entry)
            guard let others = others(of: digest.errors, shown: shown) else { return }
            page.element(
                "p", ["class": "quiet"],
                text: "\(others.name): \(WholeNumber.shown(others.lines, "line"))")
        }
    }

    /// Writes the error, its lines and the first message.
    private func summary(_ page: inout HTMLWriter, _ index: Int, _ entry: OutcomeTable.Entry) {
        page.element("summary") { page in
            page.element("span", ["class": "code"]) { page in
                page.untrusted(digest.errors.text(of: index))
            }
            page.element(
                "span", ["class": "n"], text: WholeNumber.shown(entry.counts.total, "line"))
            page.element("span", ["class": "say"]) { page in
                if let detail = digest.details[index] {
                    page.untrusted(OutcomeTable.text(ofLiteral: detail), longest: 240)
                }
            }
        }
    }

    private func advice(_ page: inout HTMLWriter, _ index: Int, _ entry: OutcomeTable.Entry) {
        let code = digest.errors.text(of: index)
        if let cause = ErrorAdvice.cause(of: code) { page.element("p", text: cause) }
        for (outcome, color) in PagePalette.outcomes where entry.counts[outcome] > 0 {
            guard let action = ErrorAdvice.action(for: outcome, code) else { continue }
            page.element("p") { page in
                page.element(
                    "span", ["class": "key \(color.name)", "aria-hidden": "true"]
                ) { _ in }
                page.element(
                    "strong",
                    text: "\(WholeNumber.shown(entry.counts[outcome])) \(outcome.words)")
                page.text(": \(action)")
            }
        }
    }

    private func rows(_ page: inout HTMLWriter, _ index: Int) {
        let rows = digest.errorRows.rows(ofError: index)
        guard !rows.isEmpty else { return }
        page.table(
            label: "errors",
            columns: [
                .text("Line", "at"), .text("Application"), .text("Event type"),
                .number("Attempts"), .text("Message", "say"),
            ]
        ) { page in
            for row in rows {
                page.element("tr") { page in
                    page.element("th", ["scope": "row"]) { page in
                        page.element(
                            "bdi",
                            text: digest.place(
                                file: row.file, line: row.line, longest: UntrustedText.longest))
                    }
                    for text in [row.application, row.eventType] {
                        page.element("td", ["class": "code"]) { page in
                            page.untrusted(text.map { OutcomeTable.text(ofLiteral: $0) } ?? "–")
                        }
                    }
                    page.number(UInt64(max(row.attempts, 0)))
                    page.element("td", ["class": "say"]) { page in
                        page.untrusted(
                            row.detail.map { OutcomeTable.text(ofLiteral: $0) } ?? "–",
                            longest: 240)
                    }
                }
            }
        }
    }

    /// Writes the command that lists all rows of the error.
    private func command(_ page: inout HTMLWriter, _ index: Int, _ entry: OutcomeTable.Entry) {
        guard reports.count == 1, entry.counts.total > ErrorRows.maxRows else { return }
        page.element("p", ["class": "quiet"], text: "These are the first rows. List them all with:")
        var words = ["hookbatch", "report", Flags.report.errorCodes.declaration.spelling]
        words.append(digest.errors.text(of: index))
        if reports[0].utf8.first == UInt8(ascii: "-") { words.append("--") }
        page.command(ShellWords.commandLine(words + [reports[0]]))
    }
}
