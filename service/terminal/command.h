// What the page asks for, as it comes over HTTP: one small flat JSON object. Every byte of it is
// hostile.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "matcher/error.h"
#include "service/terminal/station.h"

namespace taanu::terminal {

// The largest command that is read, in bytes.
inline constexpr size_t kCommandBytesMax = 2048;

enum class Action : uint8_t {
  kSignOn,
  kSignOff,
  kStart,
  kSearch,
  kReissue,
  kPrint,
  kFallback,
  kTakeOver,
  kCancel,
  kTryAgain,
  kFinish
};

struct Command {
  Action action = Action::kFinish;
  uint64_t step = 0;         // of the screen on which it was given
  std::string text = {};     // operator with kSignOn, number with kStart
  bool next_finger = false;  // with kTryAgain
  FallbackStatement fallback = {};
  TakeOverStatement take_over = {};
};

// Reads {"action": ..., "step": ...} and the further members that the action has: "operator" of
// sign_on, "number" of start, "next_finger" of try_again, "reason" (such as "no_reference"),
// "second_officer", "operator_code" and "second_code" of fallback, and the same of take_over, with
// a reason such as "device_failed"; the others have none. Errors: kBadInput (BAD_COMMAND) for
// everything else, such as a member that is missing, unknown, there twice or of another type,
// anything nested, and bytes that are no UTF-8.
Result<Command> ParseCommand(std::string_view body);

}  // namespace taanu::terminal
