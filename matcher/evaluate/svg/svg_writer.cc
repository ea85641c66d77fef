#include "matcher/evaluate/svg/svg_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

namespace taanu::svg {
namespace {

// The length of the well-formed UTF-8 sequence at the start of `text`, 0 where there is none
// (Unicode 15, table 3-7).
size_t Utf8Length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xC2 && first < 0xE0   ? 2
                        : first >= 0xE0 && first < 0xF0 ? 3
                        : first >= 0xF0 && first < 0xF5 ? 4
                                                        : 0;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const uint8_t second = byte(1);
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second >= 0xA0) ||
      (first == 0xF0 && second < 0x90) || (first == 0xF4 && second >= 0x90)) {
    return 0;
  }
  // U+FFFE and U+FFFF are no characters of XML.
  if (first == 0xEF && second == 0xBF && byte(2) >= 0xBE) return 0;
  return length;
}

}  // namespace

std::string Number(double value, int decimals) {
  if (!std::isfinite(value)) value = 0;
  std::array<char, 512> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::fixed, decimals);
  std::string text(buffer.data(), end.ptr);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

std::string Percent(double share) {
  const double percent = share * 100;
  if (!(percent > 0)) return "0 %";
  const int decimals = std::clamp(2 - static_cast<int>(std::floor(std::log10(percent))), 0, 12);
  return Number(percent, decimals) + " %";
}

std::string EscapeXml(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    const char c = text.front();
    if (length == 0 || (length == 1 && static_cast<uint8_t>(c) < 0x20) || c == 0x7F) {
      escaped += '?';
    } else if (c == '&') {
      escaped += "&amp;";
    } else if (c == '<') {
      escaped += "&lt;";
    } else if (c == '>') {
      escaped += "&gt;";
    } else if (c == '"') {
      escaped += "&quot;";
    } else {
      escaped += text.substr(0, length);
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return escaped;
}

SvgWriter::SvgWriter(double width, double height, std::string_view title) {
  const std::string w = Number(width);
  const std::string h = Number(height);
  text_ =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
      "xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\" width=\"" +
      w + "\" height=\"" + h + "\" viewBox=\"0 0 " + w + " " + h +
      "\" font-family=\"DejaVu Sans, Helvetica, Arial, sans-serif\">\n<title>" + EscapeXml(title) +
      "</title>\n";
  Rectangle({0, 0}, width, height, "fill=\"#fff\"");
}

void SvgWriter::Line(Point from, Point to, std::string_view attributes) {
  text_ += "<line x1=\"" + Number(from.x) + "\" y1=\"" + Number(from.y) + "\" x2=\"" +
           Number(to.x) + "\" y2=\"" + Number(to.y) + "\" ";
  text_ += attributes;
  text_ += "/>\n";
}

void SvgWriter::Circle(Point centre, double radius, std::string_view attributes) {
  text_ += "<circle cx=\"" + Number(centre.x) + "\" cy=\"" + Number(centre.y) + "\" r=\"" +
           Number(radius) + "\" ";
  text_ += attributes;
  text_ += "/>\n";
}

void SvgWriter::Rectangle(Point corner, double width, double height, std::string_view attributes) {
  text_ += "<rect x=\"" + Number(corner.x) + "\" y=\"" + Number(corner.y) + "\" width=\"" +
           Number(width) + "\" height=\"" + Number(height) + "\" ";
  text_ += attributes;
  text_ += "/>\n";
}

void SvgWriter::Path(const SvgPath& path, std::string_view attributes) {
  text_ += "<path d=\"";
  text_ += path.data();
  text_ += "\" ";
  text_ += attributes;
  text_ += "/>\n";
}

void SvgWriter::Text(Point at, std::string_view text, std::string_view attributes) {
  text_ += "<text x=\"" + Number(at.x) + "\" y=\"" + Number(at.y) + "\" ";
  text_ += attributes;
  text_ += '>';
  text_ += EscapeXml(text);
  text_ += "</text>\n";
}

void SvgWriter::Png(Point corner, double width, double height, std::string_view base64) {
  text_ += "<image x=\"" + Number(corner.x) + "\" y=\"" + Number(corner.y) + "\" width=\"" +
           Number(width) + "\" height=\"" + Number(height) +
           "\" opacity=\"0.55\" preserveAspectRatio=\"none\" xlink:href=\"data:image/png;base64,";
  text_ += base64;
  text_ += "\"/>\n";
}

void SvgWriter::OpenGroup(std::string_view attributes) {
  text_ += "<g ";
  text_ += attributes;
  text_ += ">\n";
}

void SvgWriter::CloseGroup() { text_ += "</g>\n"; }

std::string SvgWriter::Finish() && {
  text_ += "</svg>\n";
  return std::move(text_);
}

}  // namespace taanu::svg
