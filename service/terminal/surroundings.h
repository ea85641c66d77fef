// What a station stands in: its daemon, its reader, its precinct. All of it comes and goes while
// voters are served, and none of it changes what the station does; the screen shows it.
//
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "matcher/error.h"
#include "taanu/v1/election.pb.h"

namespace taanu::terminal {

enum class LinkState : uint8_t { kConnecting, kUp, kDown };
enum class ReaderState : uint8_t { kSearching, kReady, kFailed };
enum class PrinterState : uint8_t { kNone, kReady, kPrinting, kFailed };

struct Surroundings {
  LinkState link = LinkState::kConnecting;
  std::optional<Error> link_error;  // while the link is down, or the daemon refuses this terminal
  ReaderState reader = ReaderState::kSearching;
  std::string reader_name;
  std::optional<Error> reader_error;
  PrinterState printer = PrinterState::kNone;
  std::optional<Error> printer_error;  // why the last slip was not printed
  // As it was when the daemon was last heard.
  std::optional<v1::Precinct> precinct;
};

}  // namespace taanu::terminal
