// The one error type of the project: a value, never an exception.
//
// Source: this project's own design. Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace taanu {

// What kind of failure it is, for the program that must react to it.
enum class ErrorCode {
  kBadInput,     // the input is malformed or out of range; trying it again gives the same answer
  kUnsupported,  // well formed, but of a kind that is not handled
  kNotFound,     // what was named does not exist
  kConflict,     // it exists already, or is in a state that does not allow this
  kRefused,      // the caller may not do this
  kUnavailable,  // it cannot be done now; trying later may succeed
  kExhausted,    // a limit (queue, batch, disk) is reached
  kCancelled,    // the caller gave up, or its deadline passed
  kInternal,     // a fault of this program or of the machine
};

// A failure. `reason` is a stable UPPER_SNAKE_CASE word that programs may compare (it becomes
// google.rpc.ErrorInfo.reason); `message` is for the person who has to act: what was wrong, where
// (file, line, byte offset, field), and what to do. Neither carries a name, a voter number or a
// template.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string reason;
  std::string message;
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = tl::expected<void, Error>;

// Makes the unexpected value of a Result: `return Fail(ErrorCode::kBadInput, "BAD_MAGIC", "...")`.
inline tl::unexpected<Error> Fail(ErrorCode code, std::string_view reason, std::string message) {
  return tl::make_unexpected(Error{code, std::string(reason), std::move(message)});
}

}  // namespace taanu

// Evaluates a Result or Status and returns its error from the enclosing function, if it has one.
#define TAANU_RETURN_IF_ERROR(expr)                                \
  do {                                                             \
    if (auto taanu_status = (expr); !taanu_status) {               \
      return tl::make_unexpected(std::move(taanu_status).error()); \
    }                                                              \
  } while (false)

#define TAANU_CONCAT_INNER(a, b) a##b
#define TAANU_CONCAT(a, b) TAANU_CONCAT_INNER(a, b)
// TAANU_ASSIGN_OR_RETURN(auto x, F()); assigns the value, or returns the error.
#define TAANU_ASSIGN_OR_RETURN(lhs, expr)                                                 \
  auto TAANU_CONCAT(taanu_result_, __LINE__) = (expr);                                    \
  if (!TAANU_CONCAT(taanu_result_, __LINE__)) {                                           \
    return tl::make_unexpected(std::move(TAANU_CONCAT(taanu_result_, __LINE__)).error()); \
  }                                                                                       \
  lhs = std::move(*TAANU_CONCAT(taanu_result_, __LINE__))
