// One line of a manifest in JSON Lines, taken apart: an object whose values are strings, numbers,
// booleans or null (RFC 8259), and nothing that is nested.
//
// Memory is bounded by the length of the line: the parser stops at the first thing that a manifest
// has no room for. Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/error.h"

namespace taanu {

struct JsonField {
  std::string name;
  std::string text;        // the string, or the number, "true", "false" or "null" as text
  bool is_string = false;  // otherwise `text` is as JSON writes it
  bool is_null = false;
};

// Fields of a row at most.
inline constexpr size_t kJsonFieldsMax = 64;

// Errors: kBadInput with reason JSON_MALFORMED (with what the parser says, where),
// JSON_NOT_AN_OBJECT, JSON_NESTED, JSON_TOO_MANY_FIELDS, JSON_FIELD_TWICE, JSON_NOT_UTF8.
Result<std::vector<JsonField>> ParseJsonRow(std::string_view line);

// The fields as one line of JSON with its line feed.
std::string JsonLine(const std::vector<JsonField>& fields);

}  // namespace taanu
