#include "service/rpc/watch.h"

#include <string>
#include <utility>
#include <vector>

#include "service/watch/terminal_pace.h"
#include "service/watch/tried_fingers.h"

namespace taanu::rpc {

std::optional<PaceRefusal> CheckPace(const Backend& backend, const UnaryCall& call) {
  if (backend.pace == nullptr || call.peer().local) return std::nullopt;
  const KeyedReference terminal = backend.vault->Reference("terminal", call.peer().name);
  const auto refusal = backend.pace->Take(terminal, TerminalPace::Clock::now());
  if (!refusal) return std::nullopt;
  if (refusal->first) {
    log::Write(LogLevel::kWarning, "terminal_too_fast",
               {{"precinct", call.peer().precinct_id}, {"terminal", ToHex(terminal)}});
    const Status logged = backend.ledger->LogTerminalTooFast(call.peer().precinct_id, terminal);
    if (!logged) {
      log::Write(LogLevel::kError, "event_not_logged",
                 {{"event", std::string("terminal_too_fast")}, {"reason", logged.error().reason}});
    }
  }
  return PaceRefusal{{ErrorCode::kExhausted, "TERMINAL_TOO_FAST",
                      "this terminal makes attempts faster than people can come; it must wait for "
                      "the time given"},
                     refusal->retry_delay};
}

void NoteTriedFinger(const Backend& backend, std::span<const PreparedSample> samples,
                     rules::Attempt* attempt) {
  const rules::Evidence& evidence = attempt->evidence;
  if (backend.tried == nullptr || evidence.references_compared == 0 || evidence.matched()) return;
  std::vector<FingerView> views;
  for (const PreparedSample& sample : samples) {
    if (sample.usable) views.insert(views.end(), sample.views.begin(), sample.views.end());
  }
  TriedFingers::Suspicion found = backend.tried->Note(
      attempt->precinct_id, attempt->voter, attempt->request_id, views, TriedFingers::Clock::now());
  if (found.identities == 0) return;
  attempt->suspicion = rules::Suspicion{found.identities, std::move(found.request_ids)};
  log::Write(LogLevel::kWarning, "suspicious_attempts",
             {{"precinct", attempt->precinct_id},
              {"terminal", ToHex(attempt->terminal)},
              {"identities", static_cast<uint64_t>(attempt->suspicion->identities)}});
}

}  // namespace taanu::rpc
