#include "service/rpc/call_gate.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace taanu {
namespace {

std::chrono::system_clock::time_point In(std::chrono::milliseconds time) {
  return std::chrono::system_clock::now() + time;
}

TEST(CallGateTest, AClosedGateLetsNobodyInAndWaitsForThoseInside) {
  CallGate gate;
  ASSERT_TRUE(gate.TryEnter());
  gate.Close();
  EXPECT_FALSE(gate.TryEnter());
  EXPECT_FALSE(gate.WaitUntilEmpty(In(std::chrono::milliseconds(1))));
  std::thread last([&] { gate.Leave(); });
  EXPECT_TRUE(gate.WaitUntilEmpty(In(std::chrono::minutes(1))));
  last.join();
}

TEST(CallGateTest, AnEmptyGateNeedsNoWaiting) {
  CallGate gate;
  EXPECT_TRUE(gate.WaitUntilEmpty(In(std::chrono::milliseconds(0))));
}

}  // namespace
}  // namespace taanu
