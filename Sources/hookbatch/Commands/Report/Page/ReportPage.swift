import Delivery

/// What rows say as a page: one HTML file that needs no script and asks for nothing else. The same
/// rows give the same bytes.
struct ReportPage {
    let digest: ReportDigest
    /// The reports that were read, in their order.
    let reports: [String]
    /// What was asked of the rows, `outcome failed or unknown`; empty if all were taken.
    let filter: [String]
    /// Whether the journal of a run that is not finished is among them.
    var isUnfinished = false

    static let mostRows = 20

    var bytes: [UInt8] {
        var page = HTMLWriter()
        page.markup("<!doctype html>\n")
        page.element("html", ["lang": "en"]) { page in
            head(&page)
            page.line()
            page.element("body") { page in
                header(&page)
                page.element("main") { page in
                    outcomes(&page)
                    if digest.times.total > 0 { overTime(&page) }
                    if digest.latencies.total > 0 { latency(&page) }
                    failures(&page)
                    sources(&page)
                }
                page.line()
                page.element(
                    "footer", text: "Made by hookbatch \(Version.number). Times are in UTC.")
            }
        }
        page.line()
        return page.bytes
    }

    private func head(_ page: inout HTMLWriter) {
        let policy =
            "default-src 'none'; style-src 'sha256-\(PageStyle.hash)'; base-uri 'none'; "
            + "form-action 'none'"
        page.element("head") { page in
            page.open("meta", ["charset": "utf-8"])
            page.open("meta", ["http-equiv": "Content-Security-Policy", "content": policy])
            page.open(
                "meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
            page.open("meta", ["name": "color-scheme", "content": "light dark"])
            page.open("meta", ["name": "referrer", "content": "no-referrer"])
            page.open("meta", ["name": "robots", "content": "noindex"])
            page.element("title", text: "\(headline) – hookbatch report")
            page.element("style") { $0.style(PageStyle.css) }
        }
    }

    private func header(_ page: inout HTMLWriter) {
        page.element("header") { page in
            page.element("p", ["class": "kicker"]) { page in
                page.text("hookbatch report of ")
                page.foreign(reports[0])
                if reports.count > 1 { page.text(" and \(reports.count - 1) more") }
            }
            page.element("h1", text: headline)
            if let sentence = notAccepted { page.element("p", ["class": "lede"], text: sentence) }
            if isUnfinished {
                page.element(
                    "p", ["class": "lede"],
                    text: "The run is not finished: lines that were not begun have no row yet.")
            }
            if !filter.isEmpty {
                page.element("p", ["class": "lede"]) { page in
                    page.text("Only rows with ")
                    page.foreign(filter.joined(separator: ", and "))
                    page.text(".")
                }
            }
            if let span = digest.times.span {
                page.element("p", ["class": "quiet"], text: TimeText.span(span))
            }
        }
    }

    /// `412 of 480 lines were accepted`.
    private var headline: String {
        let (all, accepted) = (digest.counts.total, digest.counts.accepted)
        switch (all, accepted) {
        case (0, _): return "There are no rows"
        case (1, 1): return "The only line was accepted"
        case (_, all): return "All \(WholeNumber.shown(all)) lines were accepted"
        case (_, 0): return "None of \(WholeNumber.shown(all, "line")) was accepted"
        default:
            return "\(WholeNumber.shown(accepted)) of \(WholeNumber.shown(all, "line")) "
                + (accepted == 1 ? "was" : "were") + " accepted"
        }
    }

    /// `Not accepted: 20 rejected, 3 unknown. Those that are unknown may have arrived.`
    private var notAccepted: String? {
        guard digest.notAccepted > 0 else { return nil }
        let parts = Outcome.allCases.filter { $0 != .accepted && digest.counts[$0] > 0 }
            .map { "\(WholeNumber.shown(digest.counts[$0])) \($0.words)" }
        var sentence = "Not accepted: \(parts.joined(separator: ", "))."
        if digest.counts.unknown > 0 {
            sentence += " What is unknown may have arrived: look before sending it again."
        }
        return sentence
    }
}
