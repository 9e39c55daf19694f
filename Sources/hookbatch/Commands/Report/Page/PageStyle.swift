/// The page's style sheet. It does not depend on the report, so the page's policy contains its
/// hash and allows no other style.
enum PageStyle {
    static let css = PagePalette.css + base + facts + tables + charts + outcomes + media

    /// SHA-256 of `css` in Base64, for the Content-Security-Policy (CSP 3, 2.3.1).
    static let hash = "lfwor/5u1lakyQ9N/fkd19wzV8m4oEzX/FGpmQN9/RA="

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
        bdi,.code{overflow-wrap:anywhere}
        .code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;\
        font-size:.875em}
        .code bdi>span{display:inline-block;max-width:100%}
        .command{max-width:none;margin:.5rem 0 1rem;padding:.6rem .9rem;background:var(--card);\
        border:1px solid var(--rule);border-radius:.4rem}
        :focus-visible{outline:2px solid var(--focus);outline-offset:2px}

        """

    private static let facts = """
        dt{color:var(--quiet);font-size:.8125rem}
        dd{margin:0}
        .facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.2rem 1.25rem;\
        align-items:baseline;margin:1rem 0 0;padding:.75rem 0 0;border-top:1px solid var(--rule)}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:1px;\
        margin:2rem 0 0;background:var(--card);border:1px solid var(--rule);\
        border-radius:.625rem;overflow:hidden}
        .tiles>div{padding:.7rem .9rem .75rem;background:var(--card);\
        box-shadow:0 0 0 1px var(--rule)}
        .tiles dd{font-size:1.25rem;line-height:1.35;font-weight:600;\
        font-variant-numeric:tabular-nums;overflow-wrap:anywhere}

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
        .errors{background:var(--card);border:1px solid var(--rule);border-radius:.625rem;\
        overflow:hidden}
        .errors details{margin:0;padding:0 .9rem}
        .errors details+details{border-top:1px solid var(--rule)}
        .errors details[open]{padding-bottom:.9rem}
        .errors summary{display:grid;grid-template-columns:1rem minmax(9rem,max-content) \
        minmax(5.5rem,max-content) minmax(0,1fr);gap:.1rem 1rem;align-items:baseline;\
        padding:.6rem 0;color:var(--ink);font-size:.9375rem;list-style:none;\
        font-variant-numeric:tabular-nums}
        .errors summary::-webkit-details-marker{display:none}
        .errors summary::before{content:"\\203a";color:var(--focus);font-weight:700;\
        text-align:center}
        .errors [open]>summary::before{transform:rotate(90deg)}
        .errors summary .say{color:var(--quiet);min-width:0}
        .errors .scroll{border-radius:.4rem}
        .errors table{font-size:.875rem}
        .errors .at{min-width:9rem}
        .errors td.code{min-width:8rem}
        .errors details>p:first-of-type{margin-top:0}

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
        .pause{fill:var(--rule)}
        .start{text-anchor:start}
        .label{fill:var(--ink);font-size:11.5px;font-weight:600}

        """

    private static let outcomes = PagePalette.outcomes.map { _, color in
        ".\(color.name){fill:var(--\(color.name));color:var(--\(color.name))}\n"
    }.joined()

    private static let media = """
        @media (max-width:30rem){th,td{padding:.45rem .65rem}.means{display:none}\
        .tick,.label{font-size:14px}\
        .facts{grid-template-columns:minmax(0,1fr);gap:0}.facts dd{margin-bottom:.5rem}\
        .errors summary{grid-template-columns:.75rem minmax(0,1fr) auto;gap:.1rem .5rem}\
        .errors summary .say{grid-column:2/-1}.errors details{padding:0 .65rem}}
        @media print{@page{margin:14mm}:root{font-size:12.5px}body{background:none;\
        font-size:1rem}\
        header,main,footer{max-width:none;padding:0}header{padding-top:0}section>details{display:none}\
        h2{margin-top:1.75rem}.tiles{margin-top:1rem;\
        grid-template-columns:repeat(auto-fit,minmax(5.6rem,1fr))}\
        .tiles>div{padding:.5rem .6rem}dt{font-size:8pt}.tiles dd{font-size:11pt}table{font-size:8.5pt}\
        thead th{font-size:8pt}th,td{padding:.28rem .6rem}caption{padding:.4rem .6rem 0}\
        .scroll{overflow:visible}.wide,.at,.say,.wide th:first-child,\
        .errors .at{min-width:0}\
        *{print-color-adjust:exact;-webkit-print-color-adjust:exact}\
        figure,tr,dl,.bar,.errors details{break-inside:avoid}h2,h3,caption{break-after:avoid}\
        .pair{grid-template-columns:1fr 1fr}}

        """
}
