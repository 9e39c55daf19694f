import Foundation
import TestSupport
import Testing

@Suite("Report pages in a browser", .needs("chromium"), .ownThread)
struct ReportPageTests {
    /// The findings of a script outside the page, which has no script itself.
    private struct Findings: Decodable {
        /// The widths of the whole page and of its visible part, in CSS pixels.
        var scrollWidth: Int
        var clientWidth: Int
        /// Computed styles of the body.
        var background: String
        var color: String
        /// The number of other resources that it requested.
        var resources: Int
        /// The number of elements that run a script or load a resource.
        var scripts: Int
        var title: String
        /// The number of images without a name or with too little height.
        var badImages: Int
        var images: Int
        var rows: Int
    }

    /// Opens `page` in the browser at `width`, and returns the findings and the browser's log.
    private func open(
        _ page: String, in folder: TemporaryFolder, width: Int, isDark: Bool = false
    ) throws -> (findings: Findings, log: String) {
        let probe = """
            <!doctype html><iframe src="\(page)" style="width:\(width)px;height:900px"></iframe>
            <pre></pre><script>onload = () => {
              const view = document.querySelector('iframe').contentWindow
              const page = view.document, body = view.getComputedStyle(page.body)
              const images = [...page.querySelectorAll('svg')]
              document.querySelector('pre').textContent = JSON.stringify({
                scrollWidth: page.documentElement.scrollWidth,
                clientWidth: page.documentElement.clientWidth,
                background: body.backgroundColor, color: body.color,
                resources: view.performance.getEntriesByType('resource').length,
                scripts: page.querySelectorAll('script,iframe,object,img,link').length,
                title: page.title, images: images.length,
                badImages: images.filter(image => image.getAttribute('role') != 'img' ||
                  !page.getElementById(image.getAttribute('aria-labelledby'))?.textContent ||
                  image.getBoundingClientRect().height < 20).length,
                rows: page.querySelectorAll('tbody tr').length})
            }</script>
            """
        try folder.write(probe, to: "probe.html")
        let chromium = try #require(Tool.path("chromium"))
        let result = try Program.run(
            chromium,
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
                "--user-data-dir=\(folder.path("profile"))", "--allow-file-access-from-files",
                "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1300,1000",
                "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)", "--dump-dom",
                "file://" + folder.path("probe.html"),
            ], directory: folder.path)
        let dump = try #require(result.output.firstMatch(of: /<pre>({.*})<\/pre>/), "\(result)")
        let text = String(dump.1).replacingOccurrences(of: "&lt;", with: "<")
            .replacingOccurrences(of: "&gt;", with: ">")
            .replacingOccurrences(of: "&amp;", with: "&")
        let findings = try JSONDecoder().decode(Findings.self, from: Data(text.utf8))
        return (findings, result.errorOutput)
    }

    @Test(
        "A report page fits a phone and a desktop, light and dark, and requests nothing",
        arguments: [(360, false), (1280, true)])
    func fits(width: Int, isDark: Bool) throws {
        let folder = try TemporaryFolder("page")
        try folder.write(Self.report, to: "r.ndjson")
        let made = try Program.run(
            Hookbatch.binary, ["report", "r.ndjson", "--html", "page.html"],
            directory: folder.path)
        try #require(made.exitCode == 0, "\(made)")
        let (findings, log) = try open("page.html", in: folder, width: width, isDark: isDark)
        #expect(findings.title == "450 of 600 lines were accepted – hookbatch report")
        #expect(findings.scrollWidth <= findings.clientWidth)
        // The colours of the style sheet: the content security policy allows it.
        #expect(findings.background == (isDark ? "rgb(18, 22, 26)" : "rgb(246, 247, 248)"))
        #expect(findings.color == (isDark ? "rgb(231, 235, 239)" : "rgb(27, 33, 39)"))
        #expect(findings.resources == 0 && findings.scripts == 0)
        #expect(findings.images == 4 && findings.badImages == 0)
        #expect(findings.rows > 20)
        #expect(!log.contains("CONSOLE"), "\(log)")
    }

    @Test("The sample report page fits a phone and logs nothing")
    func sample() throws {
        let folder = try TemporaryFolder("page")
        try FileManager.default.copyItem(
            atPath: Hookbatch.root + "/samples/report.html", toPath: folder.path("page.html"))
        let (findings, log) = try open("page.html", in: folder, width: 390)
        #expect(findings.scrollWidth <= findings.clientWidth)
        #expect(findings.background == "rgb(246, 247, 248)")
        #expect(findings.images == 4 && findings.badImages == 0)
        #expect(!log.contains("CONSOLE"), "\(log)")
    }

    /// 600 rows over two minutes with a gap, long names and hostile text.
    private static let report = (1...600).map { line in
        let isBad = line % 4 == 0
        let second = line / 10 + (line > 300 ? 40 : 0)
        let name = line % 8 == 0 ? "<script>alert(\(line))</script>" : "events.ndjson"
        let long = String(repeating: "long", count: 60)
        return #"{"file":"\#(name)","line":\#(line),"appId":"\#(isBad ? long : "a")","#
            + #""event_type":"<img src=x>","outcome":"\#(isBad ? "rejected" : "accepted")","#
            + #""status":404,"message_id":null,"attempts":1,"possible_duplicate":false,"#
            + #""started_at":"2026-03-01T12:\#(second < 60 ? "00" : "01"):"#
            + #"\#(second % 60 < 10 ? "0" : "")\#(second % 60).000Z","#
            + #""latency_ms":\#(line % 90).5,"error":\#(isBad ? "\"http_404\"" : "null"),"#
            + #""detail":\#(isBad ? "\"\(long)\"" : "null")}"# + "\n"
    }.joined()
}
