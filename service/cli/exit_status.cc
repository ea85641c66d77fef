#include "service/cli/exit_status.h"

namespace taanu::cli {

ExitStatus StatusFor(ErrorCode code) {
  switch (code) {
    case ErrorCode::kBadInput:
    case ErrorCode::kUnsupported:
      return ExitStatus::kBadInput;
    case ErrorCode::kNotFound:
      return ExitStatus::kNotFound;
    case ErrorCode::kConflict:
    case ErrorCode::kRefused:
      return ExitStatus::kRefused;
    case ErrorCode::kUnavailable:
    case ErrorCode::kExhausted:
    case ErrorCode::kCancelled:
      return ExitStatus::kUnavailable;
    case ErrorCode::kInternal:
      break;
  }
  return ExitStatus::kInternal;
}

}  // namespace taanu::cli
