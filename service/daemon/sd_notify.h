// Tells systemd how the daemon is doing: one datagram to the socket that NOTIFY_SOCKET names
// (sd_notify(3)). Without that variable nothing is sent.
//
// Thread-safety: may be called from any thread.
#pragma once

#include <string_view>

namespace taanu {

// `state` is such as "READY=1" or "STOPPING=1". False where there is a socket and the message could
// not be sent.
bool SdNotify(std::string_view state);

}  // namespace taanu
