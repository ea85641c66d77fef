// The receipt printer of a terminal: each slip goes out as ESC/POS (slip/escpos.h) to the printer's
// device, such as /dev/usb/lp0.
//
// A printer without paper, or that is off, takes nothing: it is given up after a while and said to
// have failed, and nothing else waits for it.
// Thread-safety: PrintSlip is safe from any thread; construct and destroy a PrinterLoop on one.
#pragma once

#include <chrono>
#include <string>
#include <thread>

#include "matcher/error.h"
#include "service/terminal/agent.h"
#include "service/terminal/decision.h"

namespace taanu::terminal {

struct PrinterOptions {
  std::string device;  // empty where there is none
  int paper_mm = 58;   // 58 or 80
  // A slow serial printer takes two seconds for a slip.
  std::chrono::milliseconds patience{8000};
};

// The bytes go out whole, or an error is given and a part of them may have gone out. Errors: as
// slip::ParseSlipCode; kUnavailable (PRINTER_UNAVAILABLE, PRINTER_STUCK).
Status PrintSlip(const PrinterOptions& options, const GivenSlip& slip);

// Prints what the agent gives out.
class PrinterLoop {
 public:
  // Starts a thread where there is a printer. `agent` must outlive it.
  PrinterLoop(const PrinterOptions& options, Agent* agent);
  // Waits for the thread, which ends once the agent is stopped.
  ~PrinterLoop() = default;
  PrinterLoop(const PrinterLoop&) = delete;
  PrinterLoop& operator=(const PrinterLoop&) = delete;

 private:
  std::jthread thread_;
};

}  // namespace taanu::terminal
