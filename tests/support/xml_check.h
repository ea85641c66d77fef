// Tells whether a text is well-formed XML, as far as pictures use it: elements with attributes in
// double quotes, text, the five named entities and the declaration; no comments, CDATA or DTD.
#pragma once

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace taanu::test {

class XmlChecker {
 public:
  explicit XmlChecker(std::string_view text) : rest_(text) {}

  // Empty where it is well-formed, otherwise what is wrong.
  std::string Check() {
    if (Take("<?xml")) {
      const size_t end = rest_.find("?>");
      if (end == std::string_view::npos) return "the declaration does not end";
      rest_.remove_prefix(end + 2);
    }
    while (!rest_.empty() && fault_.empty()) {
      if (rest_.front() == '<') {
        Tag();
      } else {
        CharacterData(rest_.substr(0, rest_.find('<')));
      }
    }
    if (!fault_.empty()) return fault_ + " before: " + std::string(rest_.substr(0, 60));
    if (!open_.empty()) return "<" + open_.back() + "> is not closed";
    return roots_ == 1 ? "" : "there is not one root";
  }

 private:
  bool Take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  void Space() {
    while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_.front())) != 0) {
      rest_.remove_prefix(1);
    }
  }

  std::string Name() {
    size_t length = 0;
    while (length < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[length])) != 0 ||
                                     rest_[length] == ':' || rest_[length] == '-')) {
      ++length;
    }
    std::string name(rest_.substr(0, length));
    rest_.remove_prefix(length);
    if (name.empty()) fault_ = "a name is missing";
    return name;
  }

  void Characters(std::string_view text) {
    for (size_t i = 0; i < text.size(); ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      if ((c < 0x20 && c != '\n' && c != '\t') || c == '<') fault_ = "a character is not allowed";
      if (c != '&') continue;
      bool named = false;
      for (const char* entity : {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"}) {
        named |= text.substr(i).starts_with(entity);
      }
      if (!named) fault_ = "an ampersand stands alone";
    }
  }

  void CharacterData(std::string_view text) {
    Characters(text);
    for (const char c : text) {
      if (open_.empty() && std::isspace(static_cast<unsigned char>(c)) == 0) {
        fault_ = "there is text outside of the root";
      }
    }
    if (fault_.empty()) rest_.remove_prefix(text.size());
  }

  void Tag() {
    if (Take("</")) {
      const std::string name = Name();
      if (open_.empty() || open_.back() != name) {
        fault_ = "</" + name + "> closes nothing";
        return;
      }
      open_.pop_back();
      if (!Take(">")) fault_ = "a tag does not end";
      return;
    }
    Take("<");
    const std::string name = Name();
    if (open_.empty()) ++roots_;
    std::vector<std::string> seen;
    while (fault_.empty()) {
      Space();
      if (Take("/>")) return;
      if (Take(">")) {
        open_.push_back(name);
        return;
      }
      seen.push_back(Name());
      for (size_t i = 0; i + 1 < seen.size(); ++i) {
        if (seen[i] == seen.back()) fault_ = "an attribute stands twice";
      }
      const size_t end = Take("=\"") ? rest_.find('"') : std::string_view::npos;
      if (end == std::string_view::npos) {
        if (fault_.empty()) fault_ = "an attribute has no value";
        return;
      }
      Characters(rest_.substr(0, end));
      rest_.remove_prefix(end + 1);
    }
  }

  std::string_view rest_;
  std::vector<std::string> open_;
  int roots_ = 0;
  std::string fault_;
};

// Empty where `text` is well-formed, otherwise what is wrong.
inline std::string XmlFault(std::string_view text) { return XmlChecker(text).Check(); }

}  // namespace taanu::test
