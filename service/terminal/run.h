// The terminal as a whole.
#pragma once

#include <string>

#include "matcher/error.h"
#include "service/cli/remote.h"
#include "service/terminal/printer.h"
#include "service/terminal/reader_loop.h"

namespace taanu::terminal {

struct TerminalOptions {
  cli::RemoteOptions remote;
  std::string precinct_id;
  std::string station_id;   // for which it acts under a session; empty for none
  std::string operator_id;  // signed on from the start where it is not empty
  std::string language = "ky";
  ReaderOptions reader;
  PrinterOptions printer;
  int port = 0;
  std::string url_file;  // holds the start URL that is good now; standard output where it is empty
};

// Serves the page and works the reader until SIGTERM or SIGINT. To be called on the main thread,
// once, before any other thread is started. Errors: as ForbidMemoryDumps, WebServer::Start,
// DaemonLink::Start, and of the file. That the daemon or the reader is away is no error: the page
// shows it.
Status RunTerminal(const TerminalOptions& options);

}  // namespace taanu::terminal
