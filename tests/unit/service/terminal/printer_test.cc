#include "service/terminal/printer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/unit/service/slip/slip_fixture.h"

namespace taanu::terminal {
namespace {

class PrinterTest : public test::SlipTest {
 protected:
  std::string Device() const { return (folder_ / "printer").string(); }
  Status Print(int paper_mm = 58) {
    const GivenSlip given{.code = slip::FormatSlipCode(Sign(Facts())), .issue_number = 1};
    return PrintSlip(
        {.device = Device(), .paper_mm = paper_mm, .patience = std::chrono::milliseconds(50)},
        given);
  }
  std::string Printed() const {
    std::stringstream text;
    text << std::ifstream(Device(), std::ios::binary).rdbuf();
    return text.str();
  }
};

TEST_F(PrinterTest, ASlipGoesOutWhole) {
  std::ofstream(Device()).close();
  ASSERT_TRUE(Print());
  const std::string narrow = Printed();
  EXPECT_TRUE(narrow.starts_with("\x1b@"));
  EXPECT_NE(narrow.find(Facts().precinct_id), std::string::npos);
  ASSERT_TRUE(Print(80));
  EXPECT_GT(Printed().size(), 2 * narrow.size()) << "wider paper has more dots";
}

TEST_F(PrinterTest, APrinterThatIsNotThereIsSaidToBe) {
  const Status printed = Print();
  ASSERT_FALSE(printed);
  EXPECT_EQ(printed.error().reason, "PRINTER_UNAVAILABLE");
}

TEST_F(PrinterTest, APrinterThatTakesNothingIsGivenUp) {
  ASSERT_EQ(mkfifo(Device().c_str(), 0600), 0);
  EXPECT_EQ(Print().error().reason, "PRINTER_UNAVAILABLE") << "nobody reads";
  const int reader = open(Device().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  ASSERT_GT(fcntl(reader, F_SETPIPE_SZ, 4096), 0);
  EXPECT_EQ(Print().error().reason, "PRINTER_STUCK");
  close(reader);
}

TEST_F(PrinterTest, WhatIsNoSlipIsNotPrinted) {
  std::ofstream(Device()).close();
  EXPECT_FALSE(PrintSlip({.device = Device()}, {.code = "123"}));
  EXPECT_EQ(Printed(), "");
}

}  // namespace
}  // namespace taanu::terminal
