// Runs a caller's work, with an exception that escapes it turned into an error.
#pragma once

#include <exception>
#include <functional>
#include <string>

#include "enroll/store/connection.h"
#include "matcher/error.h"

namespace taanu {

// No exception crosses a library boundary: one that escapes `work` (memory, a library) is its
// error, so that it undoes that work alone.
inline Status RunWork(const std::function<Status(Connection&)>& work, Connection& connection) {
  try {
    return work(connection);
  } catch (const std::exception& e) {
    return Fail(ErrorCode::kInternal, "EXCEPTION", std::string("work failed: ") + e.what());
  } catch (...) {
    return Fail(ErrorCode::kInternal, "EXCEPTION", "work failed with an unknown exception");
  }
}

}  // namespace taanu
