// The FaultPoint of taanud_faults: SIGKILL at the n-th passage of the point that TAANU_FAULT names,
// such as TAANU_FAULT=committed:17. What the daemon writes at its start, before it has received a
// request, is not counted.
#include "enroll/store/fault_point.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <string_view>

namespace taanu {
namespace {

struct Fault {
  std::string point;
  int passages = 0;
};

Fault ReadFault() {
  const char* const text = std::getenv("TAANU_FAULT");
  if (text == nullptr) return {};
  const std::string fault = text;
  const size_t colon = fault.find(':');
  if (colon == std::string::npos) return {};
  return {fault.substr(0, colon), std::atoi(fault.c_str() + colon + 1)};
}

}  // namespace

void FaultPoint(const char* name) {
  static const Fault fault = ReadFault();
  static std::atomic<int> passed = 0;
  static std::atomic<bool> received = false;
  if (std::string_view(name) == "received") received = true;
  if (!received) return;
  if (fault.point != name || ++passed != fault.passages) return;
  kill(getpid(), SIGKILL);
}

}  // namespace taanu
