#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sstream>

#include "enroll/load/csv.h"
#include "enroll/text/utf8.h"

namespace taanu {
namespace {

// A field of the characters that the format treats differently, and some that it does not.
rc::Gen<std::string> AnyField() {
  const auto piece =
      rc::gen::element<std::string>("a", "\"", ",", "\r", "\n", "\r\n", " ", ";", "ж", "字");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                      [](const std::vector<std::string>& pieces) {
                        std::string field;
                        for (const std::string& p : pieces) field += p;
                        return field;
                      });
}

rc::Gen<std::vector<std::vector<std::string>>> AnyTable() {
  const auto row =
      rc::gen::suchThat(rc::gen::container<std::vector<std::string>>(AnyField()),
                        [](const auto& fields) { return !fields.empty() && fields.size() <= 64; });
  return rc::gen::container<std::vector<std::vector<std::string>>>(row);
}

RC_GTEST_PROP(Csv, WhatIsWrittenIsReadBack, ()) {
  const auto table = *AnyTable();
  std::string text;
  for (const auto& row : table) text += CsvLine(row);
  std::istringstream in(text);
  CsvReader reader(&in);
  for (const auto& expected : table) {
    auto row = reader.Next();
    RC_ASSERT(row.has_value());
    RC_ASSERT(row->has_value());
    RC_ASSERT((*row)->fields == expected);
  }
  auto end = reader.Next();
  RC_ASSERT(end.has_value());
  RC_ASSERT(!end->has_value());
  RC_ASSERT(reader.bytes_read() == text.size());
}

RC_GTEST_PROP(Csv, AnyBytesEndAndEveryRowGivenIsUtf8WithinTheLimits, ()) {
  const auto bytes = *rc::gen::container<std::string>(
      rc::gen::oneOf(rc::gen::arbitrary<char>(), rc::gen::element('"', ',', '\r', '\n', 'a')));
  std::istringstream in(bytes);
  const CsvLimits limits{.row_bytes_max = 8, .fields_max = 4};
  CsvReader reader(&in, limits);
  uint64_t last_line = 0;
  for (;;) {
    auto row = reader.Next();
    if (!row) {
      RC_ASSERT(row.error().code == ErrorCode::kBadInput);
      RC_ASSERT(reader.row_line() > last_line);
      last_line = reader.row_line();
      continue;
    }
    if (!*row) break;
    RC_ASSERT((*row)->line > last_line);
    last_line = (*row)->line;
    RC_ASSERT((*row)->fields.size() <= limits.fields_max);
    size_t size = 0;
    for (const std::string& field : (*row)->fields) {
      RC_ASSERT(IsUtf8(field));
      size += field.size();
    }
    RC_ASSERT(size <= limits.row_bytes_max);
  }
}

}  // namespace
}  // namespace taanu
