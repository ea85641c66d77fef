// The structured log, on standard error: an event's name and its fields, as one JSON object to a
// line or as text.
//
// No line carries a person's name, a voter number, a template or a key: voters, operators and
// terminals appear as keyed references alone.
//
// Lines are written by a thread of the log's own; where standard error stalls, the oldest lines are
// dropped, so that a full pipe cannot stop an election.
// Thread-safety: Write may be called from any thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "service/config/config.h"

namespace taanu::log {

using Value = std::variant<std::string, int64_t, uint64_t, double, bool>;
struct Field {
  std::string_view key;
  Value value;
};

// Once, before the first Write; a Write before it is dropped.
void Start(LogLevel level, LogFormat format);
// Writes out what is pending.
void Stop();

void Write(LogLevel level, std::string_view event, std::initializer_list<Field> fields = {});

// One line without its end. `time_us` is microseconds since 1970, UTC.
std::string FormatLine(LogFormat format, LogLevel level, int64_t time_us, std::string_view event,
                       std::initializer_list<Field> fields);

}  // namespace taanu::log
