#include "enroll/load/json_row.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "enroll/text/utf8.h"

namespace taanu {
namespace {

using nlohmann::json;

Error Bad(const char* reason, std::string message) {
  return {ErrorCode::kBadInput, reason, std::move(message)};
}

// What nlohmann's parser calls as it goes; false stops it.
class RowHandler : public nlohmann::json_sax<json> {
 public:
  bool null() override {
    JsonField* const field = Value("null");
    if (field != nullptr) field->is_null = true;
    return field != nullptr;
  }
  bool boolean(bool value) override { return Value(value ? "true" : "false") != nullptr; }
  bool number_integer(number_integer_t value) override {
    return Value(std::to_string(value)) != nullptr;
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Value(std::to_string(value)) != nullptr;
  }
  // As it was written, so that no digit is lost.
  bool number_float(number_float_t /*value*/, const string_t& text) override {
    return Value(text) != nullptr;
  }
  bool string(string_t& value) override {
    JsonField* const field = Value(std::move(value));
    if (field != nullptr) field->is_string = true;
    return field != nullptr;
  }
  bool binary(binary_t& /*value*/) override { return false; }  // no part of JSON

  bool start_object(size_t /*elements*/) override {
    if (in_object_) return Nested();
    in_object_ = true;
    return true;
  }
  bool end_object() override { return true; }
  bool start_array(size_t /*elements*/) override { return in_object_ ? Nested() : NotAnObject(); }
  bool end_array() override { return false; }

  bool key(string_t& name) override {
    if (fields_.size() == kJsonFieldsMax) {
      return Stop(Bad("JSON_TOO_MANY_FIELDS",
                      "the row has more than " + std::to_string(kJsonFieldsMax) + " fields"));
    }
    if (std::ranges::find(fields_, name, &JsonField::name) != fields_.end()) {
      return Stop(Bad("JSON_FIELD_TWICE",
                      "the row has the field \"" + name.substr(0, 64) + "\" twice; take one out"));
    }
    fields_.push_back({std::move(name), {}, false, false});
    return true;
  }

  bool parse_error(size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    // The parser's own message repeats what it read, which may be a name.
    return Stop(Bad("JSON_MALFORMED", "the row is no JSON from byte " + std::to_string(position) +
                                          " on; each line must be one whole object"));
  }

  Result<std::vector<JsonField>> Finish(bool parsed) {
    if (error_) return tl::make_unexpected(std::move(*error_));
    if (!parsed) return tl::make_unexpected(Bad("JSON_MALFORMED", "the row is no JSON"));
    return std::move(fields_);
  }

 private:
  bool Stop(Error error) {
    error_ = std::move(error);
    return false;
  }
  bool Nested() {
    return Stop(Bad("JSON_NESTED", "the value of \"" +
                                       (fields_.empty() ? "" : fields_.back().name.substr(0, 64)) +
                                       "\" is a list or an object; a manifest has plain values"));
  }
  bool NotAnObject() {
    return Stop(Bad("JSON_NOT_AN_OBJECT", "the row is no object: it must begin with a brace"));
  }
  // The field whose value this is, or nothing where there is no object around it.
  JsonField* Value(std::string text) {
    if (!in_object_ || fields_.empty()) {
      NotAnObject();
      return nullptr;
    }
    fields_.back().text = std::move(text);
    return &fields_.back();
  }

  bool in_object_ = false;
  std::vector<JsonField> fields_;
  std::optional<Error> error_;
};

std::string Quoted(const std::string& text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

Result<std::vector<JsonField>> ParseJsonRow(std::string_view line) {
  if (!IsUtf8(line)) {
    return tl::make_unexpected(
        Bad("JSON_NOT_UTF8", "the row is not UTF-8; convert the file to UTF-8"));
  }
  RowHandler handler;
  const bool parsed =
      json::sax_parse(line.begin(), line.end(), &handler, json::input_format_t::json);
  return handler.Finish(parsed);
}

std::string JsonLine(const std::vector<JsonField>& fields) {
  std::string line = "{";
  for (const JsonField& field : fields) {
    if (line.size() > 1) line += ',';
    line += Quoted(field.name) + ':' + (field.is_string ? Quoted(field.text) : field.text);
  }
  return line += "}\n";
}

}  // namespace taanu
