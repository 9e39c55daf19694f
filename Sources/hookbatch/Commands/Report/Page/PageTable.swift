extension HTMLWriter {
    struct Column {
        var name: String
        var style: String

        static func text(_ name: String, _ style: String = "") -> Column {
            Column(name: name, style: style)
        }

        static func number(_ name: String) -> Column { Column(name: name, style: "n") }
    }

    /// Writes a table in its own scrolling frame. The frame is focusable, so keys scroll it too.
    ///
    /// - Parameter label: The id of its heading.
    mutating func table(
        label: String, columns: [Column], isWide: Bool = false, caption: String? = nil,
        rows: (inout HTMLWriter) -> Void
    ) {
        element(
            "div",
            ["class": "scroll", "role": "group", "aria-labelledby": label, "tabindex": "0"]
        ) { page in
            page.element("table", ["class": isWide ? "wide" : "plain", "aria-labelledby": label]) {
                page in
                if let caption { page.element("caption", text: caption) }
                page.element("thead") { page in
                    page.element("tr") { page in
                        for column in columns {
                            if column.style.isEmpty {
                                page.element("th", ["scope": "col"], text: column.name)
                            } else {
                                page.element(
                                    "th", ["scope": "col", "class": column.style],
                                    text: column.name)
                            }
                        }
                    }
                }
                page.element("tbody") { rows(&$0) }
            }
        }
    }

    /// Writes a cell with a count; a zero is less prominent.
    mutating func number(_ count: UInt64) {
        element("td", ["class": count == 0 ? "n most" : "n"], text: WholeNumber.shown(count))
    }
}
