#include "service/cli/html_page.h"

#include <utility>

#include "matcher/evaluate/svg/svg_writer.h"

namespace taanu::cli {
namespace {

std::string Escape(std::string_view text) { return svg::EscapeXml(text); }

// Without a source of scripts, styles or pictures from anywhere, whatever is in the text.
constexpr std::string_view kPolicy = "default-src 'none'; style-src 'unsafe-inline'";

constexpr std::string_view kStyle = R"css(
:root { color: #111; background: #fff; }
body { font: 15px/1.45 "DejaVu Sans", "Noto Sans", Helvetica, Arial, sans-serif;
  max-width: 70rem; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-bottom: 2px solid #111; }
p { margin: .4rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .6rem 0 1rem; font-size: .85rem; }
caption { text-align: left; font-weight: bold; padding: .2rem 0; }
th, td { border: 1px solid #888; padding: .2rem .45rem; text-align: left; vertical-align: top; }
thead th { background: #e8e8e8; }
tbody th { font-weight: normal; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
td.n { white-space: nowrap; }
td, tbody th { overflow-wrap: break-word; }
figure { margin: .6rem 0 1.2rem; }
figcaption { font-weight: bold; }
svg { max-width: 100%; height: auto; }
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  body { font-size: 10pt; max-width: none; margin: 0; padding: 0; }
  h2 { break-after: avoid; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  .wide { overflow: visible; }
  table { max-width: 100%; }
  td, tbody th { overflow-wrap: anywhere; }
  td { min-width: 4.8em; }
  table { font-size: 7.5pt; }
  svg { max-width: 180mm; }
}
)css";

}  // namespace

HtmlPage::HtmlPage(std::string_view title) {
  text_ = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n";
  text_ += "<meta http-equiv=\"Content-Security-Policy\" content=\"";
  text_ += kPolicy;
  text_ +=
      "\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>" +
      Escape(title) + "</title>\n<style>";
  text_ += kStyle;
  text_ += "</style>\n</head>\n<body>\n<main>\n";
}

void HtmlPage::Heading(int level, std::string_view text) {
  const std::string tag = level == 1 ? "h1" : "h2";
  text_ += "<" + tag + "><bdi>" + Escape(text) + "</bdi></" + tag + ">\n";
}

void HtmlPage::Paragraph(std::string_view text) {
  text_ += "<p><bdi>" + Escape(text) + "</bdi></p>\n";
}

void HtmlPage::Figure(std::string_view caption, std::string_view svg) {
  text_ += "<figure>\n<figcaption>" + Escape(caption) + "</figcaption>\n";
  text_ += svg;
  text_ += "</figure>\n";
}

void HtmlPage::Table(std::string_view caption, const std::vector<Column>& columns,
                     const std::vector<std::vector<std::string>>& rows) {
  text_ += "<div class=\"wide\">\n<table>\n<caption>" + Escape(caption) + "</caption>\n<thead><tr>";
  for (const Column& column : columns) {
    text_ += std::string("<th scope=\"col\"") + (column.number ? " class=\"n\">" : ">") +
             Escape(column.name) + "</th>";
  }
  text_ += "</tr></thead>\n<tbody>\n";
  for (const auto& row : rows) {
    text_ += "<tr>";
    for (size_t i = 0; i < row.size() && i < columns.size(); ++i) {
      const std::string open = i == 0 ? "<th scope=\"row\"" : "<td";
      text_ += open + (columns[i].number ? " class=\"n\"><bdi>" : "><bdi>") + Escape(row[i]) +
               (i == 0 ? "</bdi></th>" : "</bdi></td>");
    }
    text_ += "</tr>\n";
  }
  text_ += "</tbody>\n</table>\n</div>\n";
}

std::string HtmlPage::Finish() && {
  text_ += "</main>\n</body>\n</html>\n";
  return std::move(text_);
}

}  // namespace taanu::cli
