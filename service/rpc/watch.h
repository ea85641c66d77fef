// What the handlers of attempts ask and tell the watch (service/watch).
//
// Thread-safety: may be called from any thread.
#pragma once

#include <chrono>
#include <optional>
#include <span>

#include "service/rpc/backend.h"
#include "service/rpc/call.h"
#include "service/rpc/samples.h"
#include "service/rules/ledger.h"

namespace taanu::rpc {

struct PaceRefusal {
  Error error;  // kExhausted, TERMINAL_TOO_FAST
  std::chrono::milliseconds retry_delay{};
};

// Whether the terminal must wait before its next attempt; the first such answer of a burst goes
// into the audit log. Whoever calls on the Unix socket has no pace.
std::optional<PaceRefusal> CheckPace(const Backend& backend, const UnaryCall& call);

// Remembers the finger of an attempt that matched nobody. Where the same one came under other
// numbers, `attempt` is marked, and the transaction writes that down beside it.
void NoteTriedFinger(const Backend& backend, std::span<const PreparedSample> samples,
                     rules::Attempt* attempt);

}  // namespace taanu::rpc
