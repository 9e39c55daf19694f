/// The page's style sheet. It does not depend on the report, so the page's policy contains its
/// hash and allows no other style.
enum PageStyle {
    static let css = PagePalette.css + base + tables + charts + outcomes + media

    /// SHA-256 of `css` in Base64, for the Content-Security-Policy (CSP 3, 2.3.1).
    static let hash = "pGXoY3Gr9qsShzbCAlSmjfNcbbWZdJyu2O6vtZGpSbc="

    private static let base = """
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,\
        "Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;-webkit-text-size-adjust:100%;\
        text-size-adjust:100%}
        header,main,footer{max-width:70rem;margin:0 auto;padding:0 1rem}
        header{padding-top:2.25rem}
        h1{margin:.15rem 0 .5rem;font-size:clamp(1.5rem,1.1rem + 2vw,2.25rem);line-height:1.2;\
        letter-spacing:-.015em;font-weight:650;font-variant-numeric:tabular-nums}
        h2{margin:2.5rem 0 .75rem;font-size:1.2rem;line-height:1.3;font-weight:650}
        h3{margin:0;font-size:1rem;font-weight:600}
        p{margin:.35rem 0;max-width:46rem}
        .kicker{color:var(--quiet);font-size:.875rem;font-weight:600}
        .lede{font-size:1.0625rem}
        .quiet,footer,figcaption,caption{color:var(--quiet)}
        .quiet,figcaption,caption{font-size:.875rem}
        footer{padding-top:2.5rem;padding-bottom:2.5rem;font-size:.875rem}
        dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr));gap:1px;\
        margin:1.25rem 0 0;background:var(--card);border:1px solid var(--rule);\
        border-radius:.625rem;overflow:hidden}
        dl>div{padding:.7rem .9rem .75rem;background:var(--card);\
        box-shadow:0 0 0 1px var(--rule)}
        dt{color:var(--quiet);font-size:.8125rem}
        dd{margin:0;font-size:1.25rem;line-height:1.35;font-weight:600;\
        font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
        bdi,.code{overflow-wrap:anywhere}
        .code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;\
        font-size:.875em}
        :focus-visible{outline:2px solid var(--focus);outline-offset:2px}

        """

    private static let tables = """
        .scroll{overflow-x:auto;background:var(--card);border:1px solid var(--rule);\
        border-radius:.625rem;margin:.75rem 0}
        table{border-collapse:collapse;width:100%;font-size:.9375rem;\
        font-variant-numeric:tabular-nums}
        caption{text-align:left;padding:.7rem .9rem .2rem}
        th,td{padding:.5rem .9rem;text-align:left;vertical-align:top;\
        border-top:1px solid var(--rule)}
        thead th{color:var(--quiet);font-size:.8125rem;font-weight:600;vertical-align:bottom;\
        border-top:0;white-space:nowrap}
        tbody th{font-weight:500}
        .n{text-align:right;white-space:nowrap}
        .wide{min-width:44rem}
        .wide th:first-child{min-width:12rem}
        .at{min-width:12.5rem}
        .name{white-space:nowrap}
        .say{min-width:14rem}
        .most{color:var(--quiet)}
        details{margin:.5rem 0}
        summary{cursor:pointer;color:var(--focus);font-size:.875rem;padding:.25rem 0}

        """

    private static let charts = """
        .pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));\
        gap:1rem;align-items:start}
        figure{margin:0;padding:.9rem .9rem .6rem;background:var(--card);\
        border:1px solid var(--rule);border-radius:.625rem;min-width:0}
        figure svg{display:block;width:100%;height:auto;margin-top:.35rem}
        figcaption{margin-top:.25rem}
        .pair .scroll{margin:0}
        .keys{display:flex;flex-wrap:wrap;gap:.15rem 1rem;margin:.2rem 0 0;padding:0;\
        list-style:none;color:var(--quiet);font-size:.875rem}
        .key{display:inline-block;width:.75rem;height:.75rem;margin-right:.45rem;\
        border-radius:.2rem;background:currentColor}
        .stroke{width:1.1rem;height:0;background:none;border-top:.19rem solid currentColor;\
        border-radius:0;vertical-align:.24rem}
        .slow.stroke{border-top-style:dashed}
        .bar{display:block;width:100%;height:1.75rem;border-radius:.35rem;margin:1rem 0 .75rem}
        .grid{stroke:var(--rule);stroke-width:1}
        .base{stroke:var(--quiet);stroke-width:1}
        .tick{fill:var(--quiet);font-size:11.5px;font-variant-numeric:tabular-nums}
        .end{text-anchor:end}
        .mid{text-anchor:middle}
        .line{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
        .typical{stroke:var(--typical);color:var(--typical)}
        .slow{stroke:var(--slow);color:var(--slow)}
        .line.slow{stroke-dasharray:4 2.6;stroke-linecap:butt}
        .heap{fill:var(--typical)}
        .mark{stroke:var(--ink);stroke-width:1;stroke-dasharray:2 2}
        .label{fill:var(--ink);font-size:11.5px;font-weight:600}

        """

    private static let outcomes = PagePalette.outcomes.map { _, color in
        ".\(color.name){fill:var(--\(color.name));color:var(--\(color.name))}\n"
    }.joined()

    private static let media = """
        @media (max-width:30rem){th,td{padding:.45rem .65rem}.means{display:none}\
        .tick,.label{font-size:14px}}
        @media print{@page{margin:14mm}body{background:none;font-size:9.5pt}\
        header,main,footer{max-width:none;padding:0}header{padding-top:0}details{display:none}\
        h2{margin-top:1.75rem}dl{grid-template-columns:repeat(auto-fill,minmax(7.2rem,1fr))}\
        dl>div{padding:.5rem .6rem}dt{font-size:8pt}dd{font-size:11pt}table{font-size:8.5pt}\
        thead th{font-size:8pt}th,td{padding:.28rem .6rem}caption{padding:.4rem .6rem 0}\
        .scroll{overflow:visible}.wide,.at,.say,.wide th:first-child{min-width:0}\
        *{print-color-adjust:exact;-webkit-print-color-adjust:exact}\
        figure,tr,dl,.bar{break-inside:avoid}h2,h3,caption{break-after:avoid}\
        .pair{grid-template-columns:1fr 1fr}}

        """
}
