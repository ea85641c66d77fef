// Signals as plain calls: none is handled in a signal handler, where almost nothing may be called.
#pragma once

namespace taanu {

// Blocks SIGTERM and SIGINT in this thread and in all that it starts, so that only
// WaitForStopSignal gets them, and ignores SIGPIPE and SIGXFSZ, which become errors of the write.
// To be called first in main.
void BlockStopSignals();

// Waits for SIGTERM or SIGINT and returns it.
int WaitForStopSignal();

}  // namespace taanu
