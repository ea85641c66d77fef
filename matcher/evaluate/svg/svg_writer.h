// Writes SVG 1.1 as text: well-formed XML whatever names it is given, and the same bytes on every
// machine.
//
// Thread-safety: belongs to one thread at a time.
#pragma once

#include <string>
#include <string_view>

namespace taanu::svg {

// `value` with at most `decimals` decimals, never in a locale or with an exponent; not a finite
// number gives 0.
std::string Number(double value, int decimals = 2);

// A share as a percentage for a person, with three significant digits: "4.16 %", "0.0125 %".
std::string Percent(double share);

// Text as it may stand between tags and in attributes. Bytes that are no UTF-8, and characters that
// XML does not allow, become "?".
std::string EscapeXml(std::string_view text);

struct Point {
  double x = 0;
  double y = 0;
};

// Path data, one command after the other.
class SvgPath {
 public:
  SvgPath& MoveTo(Point p) { return Add('M', Number(p.x) + "," + Number(p.y)); }
  SvgPath& LineTo(Point p) { return Add('L', Number(p.x) + "," + Number(p.y)); }
  SvgPath& HorizontalTo(double x) { return Add('H', Number(x)); }
  SvgPath& VerticalTo(double y) { return Add('V', Number(y)); }
  SvgPath& Close() { return Add('Z', {}); }

  const std::string& data() const { return data_; }

 private:
  SvgPath& Add(char command, const std::string& arguments) {
    data_ += command;
    data_ += arguments;
    return *this;
  }

  std::string data_;
};

// Attributes are given as `name="value"` text that is written as it is: keep outside text out of
// them. Coordinates are user units, y down.
class SvgWriter {
 public:
  // A white page with a title for people who do not see it.
  SvgWriter(double width, double height, std::string_view title);

  void Line(Point from, Point to, std::string_view attributes);
  void Circle(Point centre, double radius, std::string_view attributes);
  void Rectangle(Point corner, double width, double height, std::string_view attributes);
  void Path(const SvgPath& path, std::string_view attributes);
  void Text(Point at, std::string_view text, std::string_view attributes);
  // A PNG, stretched to the rectangle, and pale so that what is drawn on it stands out.
  void Png(Point corner, double width, double height, std::string_view base64);

  void OpenGroup(std::string_view attributes);
  void CloseGroup();

  // The whole document. Every group has been closed.
  std::string Finish() &&;

 private:
  std::string text_;
};

}  // namespace taanu::svg
