// Owns the reader: opens it when it is plugged in, captures when the station wants a finger, and
// lets go of it when it fails.
//
// Thread-safety: on the main thread alone, as enroll/capture/capture.h says.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "enroll/capture/capture.h"
#include "service/terminal/agent.h"

namespace taanu::terminal {

struct ReaderOptions {
  std::optional<size_t> device;  // the first that gives images where it is not set
  std::optional<double> dpi;     // of a reader whose driver states none
};

class ReaderLoop {
 public:
  // `agent` must outlive it.
  ReaderLoop(ReaderOptions options, Agent* agent) : options_(options), agent_(agent) {}

  // Runs until the agent is stopped.
  void Run();

 private:
  Status Open();
  void Close(const Error& why);
  void CaptureFor(uint64_t ticket);
  // What came of the finger under this ticket. Errors: as Reader::CaptureImage and Extract.
  Status CaptureOnce(uint64_t ticket);

  const ReaderOptions options_;
  Agent* const agent_;
  std::unique_ptr<Readers> readers_;
  std::unique_ptr<Reader> reader_;
};

}  // namespace taanu::terminal
