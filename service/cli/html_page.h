// A page of HTML that is one file, prints, and needs neither network nor script. Whatever text it
// is given stays text: it is escaped, and isolated so that it cannot turn the direction of what
// stands around it. Below its first line it is well-formed XML too.
//
// Thread-safety: belongs to one thread at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace taanu::cli {

class HtmlPage {
 public:
  explicit HtmlPage(std::string_view title);

  // `level` is 1 or 2.
  void Heading(int level, std::string_view text);
  void Paragraph(std::string_view text);
  // `svg` is an element that was made by this program, and is written as it is.
  void Figure(std::string_view caption, std::string_view svg);

  struct Column {
    std::string name;
    bool number = false;
  };
  // The first cell of each row is its heading. `rows` have as many cells as there are columns.
  void Table(std::string_view caption, const std::vector<Column>& columns,
             const std::vector<std::vector<std::string>>& rows);

  std::string Finish() &&;

 private:
  std::string text_;
};

}  // namespace taanu::cli
