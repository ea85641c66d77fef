// Moments at which a test may end the process, between the receipt of a request, its commit and the
// reply.
//
// In every program of ours FaultPoint does nothing, and reads nothing. tests/support/fault_point.cc
// is another one, which the tests link into a daemon of their own (taanud_faults) in its place.
// Thread-safety: may be called from any thread.
#pragma once

namespace taanu {

// `name` is one of: received, decided, committing, committed, replying.
void FaultPoint(const char* name);

}  // namespace taanu
