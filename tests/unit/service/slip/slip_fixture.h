// A key and slips signed with it, for tests of slips.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "service/slip/slip_code.h"
#include "tests/unit/enroll/store/temp_folder.h"

namespace taanu::test {

class SlipTest : public testing::Test {
 protected:
  SlipTest() : signer_(MakeSigner("audit.key", "example.org/2026")) {}

  std::unique_ptr<Signer> MakeSigner(const std::string& file, const std::string& name) {
    EXPECT_TRUE(Signer::CreateKeyFile(folder_ / file, name));
    auto signer = Signer::FromKeyFile(folder_ / file);
    EXPECT_TRUE(signer);
    return std::move(*signer);
  }
  static note::VerifierKey Public(const Signer& signer) {
    return {signer.name(), signer.public_key()};
  }

  static slip::SlipFacts Facts() {
    slip::SlipFacts facts;
    facts.number = 17;
    facts.precinct_id = "P0001";
    facts.time_s = 1'790'900'107;
    for (size_t i = 0; i < facts.voter.size(); ++i) facts.voter[i] = static_cast<uint8_t>(i * 17);
    facts.election = "Шайлоо 2026";
    return facts;
  }
  // As much as a slip may hold.
  static slip::SlipFacts LargestFacts() {
    slip::SlipFacts facts;
    facts.number = 0xffffffff;
    facts.precinct_id = std::string(32, 'P');
    facts.time_s = (int64_t{1} << 40) - 1;
    facts.voter.fill(0xff);
    for (int i = 0; i < 50; ++i) facts.election += "ө";
    return facts;
  }

  slip::SignedSlip Sign(const slip::SlipFacts& facts) const {
    auto signed_slip = slip::SignSlip(facts, *signer_);
    EXPECT_TRUE(signed_slip) << signed_slip.error().message;
    return *signed_slip;
  }

  TempFolder folder_;
  std::unique_ptr<Signer> signer_;
};

}  // namespace taanu::test
