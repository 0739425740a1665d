#include "app/report/style.h"

namespace qs {

QString report_style() {
  // Severities have words beside their colors, for color-blind readers and printers without color.
  return QStringLiteral(R"(
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #1b1d21; font: 16px/1.5 "Noto Sans", "DejaVu Sans", "Segoe UI", system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0.5rem 0 0.25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 0.75rem; padding-bottom: 0.25rem; border-bottom: 1px solid #d5d8dd; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.5rem; }
h4 { font-size: 0.95rem; margin: 1.1rem 0 0.4rem; color: #555b66; }
p { margin: 0.5rem 0; }
.lines { white-space: pre-line; }
.weak { color: #555b66; }
.wide { overflow-x: auto; margin: 0.75rem 0; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0; }
th, td { padding: 0.3rem 0.75rem 0.3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #e4e6ea; max-width: 26rem; }
thead th { border-bottom: 2px solid #8a909b; vertical-align: bottom; font-weight: 600; overflow-wrap: normal; }
tbody th { font-weight: 400; white-space: nowrap; }
.wrap, tbody th.wrap { overflow-wrap: anywhere; white-space: normal; min-width: 10em; }
.number { text-align: right; }
.picture img { display: block; }
td.number { white-space: nowrap; }
.findings { list-style: none; padding: 0; margin: 0; }
.findings li { display: flex; gap: 0.6rem; align-items: baseline; padding: 0.2rem 0 0.2rem 0.7rem; border-left: 4px solid #9aa0ab; margin: 0.3rem 0; }
.findings .mark { flex: 0 0 3.8rem; font-size: 0.78rem; font-weight: 600; color: #555b66; }
.findings .serious { border-color: #b3261e; }
.findings .serious .mark { color: #b3261e; }
.findings .warning { border-color: #c77700; }
.findings .warning .mark { color: #8a5200; }
.findings .good { border-color: #00734f; }
.findings .good .mark { color: #00734f; }
figure { margin: 1.25rem 0 1.75rem; }
figure svg { display: block; width: 100%; min-width: 34rem; height: auto; }
figure svg text { font-family: "Noto Sans", "DejaVu Sans", "Segoe UI", system-ui, sans-serif; }
figcaption { font-size: 0.875rem; margin-top: 0.25rem; }
pre { background: #f4f5f7; padding: 0.6rem 0.75rem; font: 0.8125rem/1.45 "DejaVu Sans Mono", ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
dl { margin: 0; }
dt { font-weight: 600; margin-top: 0.6rem; }
dd { margin: 0 0 0 1rem; }
cite { color: #555b66; font-style: normal; font-size: 0.875rem; }
@page { size: A4; margin: 16mm 15mm; }
@media print {
  body { font-size: 9.5pt; }
  main { max-width: none; padding: 0; }
  h2, h3, h4, caption { break-after: avoid; }
  figure, tr, .findings li { break-inside: avoid; }
  dt { break-after: avoid; }
  thead { display: table-header-group; }
  table { font-size: 8pt; }
  th, td { padding-right: 0.5rem; overflow-wrap: anywhere; }
  .wrap { min-width: 0; }
  .wide { overflow: visible; }
  figure svg { min-width: 0; max-height: 105mm; }
  pre { border: 1px solid #d5d8dd; background: none; }
}
)");
}

}  // namespace qs
