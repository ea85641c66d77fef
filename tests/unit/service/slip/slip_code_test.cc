#include "service/slip/slip_code.h"

#include <rapidcheck.h>

#include <set>
#include <vector>

#include "service/slip/digits.h"
#include "tests/unit/service/slip/slip_fixture.h"

namespace taanu::test {
namespace {

using slip::FormatSlipCode;
using slip::ParseSlipCode;
using slip::VerifySlip;

class SlipCodeTest : public SlipTest {};

TEST_F(SlipCodeTest, GivesBackWhatWasSignedAndVerifies) {
  for (const auto& facts : {Facts(), LargestFacts()}) {
    const std::string code = FormatSlipCode(Sign(facts));
    EXPECT_LE(code.size(), slip::kCodeDigitsMax);
    EXPECT_EQ(code.find_first_not_of("0123456789"), std::string::npos);
    const auto parsed = ParseSlipCode(code);
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(parsed->facts, facts);
    EXPECT_TRUE(VerifySlip(*parsed, Public(*signer_)));
  }
  EXPECT_EQ(FormatSlipCode(Sign(LargestFacts())).size(), slip::kCodeDigitsMax);
}

TEST_F(SlipCodeTest, OneAccreditationHasOneCode) {
  EXPECT_EQ(FormatSlipCode(Sign(Facts())), FormatSlipCode(Sign(Facts())));
  slip::SlipFacts other = Facts();
  ++other.number;
  EXPECT_NE(FormatSlipCode(Sign(Facts())), FormatSlipCode(Sign(other)));
}

TEST_F(SlipCodeTest, BlanksAndLineEndsOfSomebodyWhoTypedItArePassedOver) {
  std::string typed = " ";
  for (const char digit : FormatSlipCode(Sign(Facts()))) {
    typed += digit;
    if (typed.size() % 33 == 0) typed += "\r\n";
  }
  const auto parsed = ParseSlipCode(typed + "\n");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->facts, Facts());
}

TEST_F(SlipCodeTest, EveryChangedDigitIsFound) {
  const std::string code = FormatSlipCode(Sign(Facts()));
  for (size_t i = 0; i < code.size(); ++i) {
    std::string changed = code;
    changed[i] = static_cast<char>('0' + (changed[i] - '0' + 3) % 10);
    const auto parsed = ParseSlipCode(changed);
    ASSERT_FALSE(parsed) << i;
    EXPECT_EQ(parsed.error().reason, "SLIP_DAMAGED");
  }
}

TEST_F(SlipCodeTest, ATornCodeIsDamagedWhereverItWasTorn) {
  const std::string code = FormatSlipCode(Sign(Facts()));
  for (size_t size = 0; size < code.size(); ++size) {
    const auto parsed = ParseSlipCode(code.substr(0, size));
    ASSERT_FALSE(parsed) << size;
    EXPECT_EQ(parsed.error().reason, "SLIP_DAMAGED");
  }
  EXPECT_EQ(ParseSlipCode(code + "0").error().reason, "SLIP_DAMAGED");
  EXPECT_EQ(ParseSlipCode(code + code).error().reason, "SLIP_DAMAGED");
  EXPECT_EQ(ParseSlipCode("20101199012345").error().reason, "SLIP_DAMAGED");
}

// Whoever forges a slip also makes its check digits right.
TEST_F(SlipCodeTest, AForgedFieldIsAForgery) {
  const slip::SignedSlip genuine = Sign(Facts());
  std::vector<slip::SignedSlip> forged(5, genuine);
  ++forged[0].facts.number;
  forged[1].facts.precinct_id = "P0002";
  ++forged[2].facts.time_s;
  forged[3].facts.voter[15] ^= 1;
  forged[4].facts.election = "Шайлоо 2027";
  for (const auto& one : forged) {
    const auto parsed = ParseSlipCode(FormatSlipCode(one));
    ASSERT_TRUE(parsed) << parsed.error().message;
    const Status verified = VerifySlip(*parsed, Public(*signer_));
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().reason, "SLIP_FORGED");
  }
}

TEST_F(SlipCodeTest, AnotherKeyIsToldApartFromAForgery) {
  const auto other = MakeSigner("other.key", "example.org/2026");
  EXPECT_EQ(VerifySlip(Sign(Facts()), Public(*other)).error().reason, "SLIP_OF_ANOTHER_KEY");
  // A forger who claims the right key, but does not have it.
  slip::SignedSlip claimed = *slip::SignSlip(Facts(), *other);
  claimed.key_hash = Sign(Facts()).key_hash;
  EXPECT_EQ(VerifySlip(claimed, Public(*signer_)).error().reason, "SLIP_FORGED");
}

TEST_F(SlipCodeTest, ASignatureOfANoteIsNotOneOfASlip) {
  // The bytes of a slip, signed as if they were a note, and the other way about.
  const std::vector<uint8_t> message = {'a', '\n'};
  const DomainSignature signature = signer_->SignInDomain("taanu-slip-v1", message);
  EXPECT_TRUE(IsSignedInDomain(signer_->public_key(), "taanu-slip-v1", message, signature));
  EXPECT_FALSE(IsSignedInDomain(signer_->public_key(), "taanu-slip-v2", message, signature));
  const std::string as_note =
      "a\n\n" + note::FormatSignature(signer_->name(),
                                      note::HashKey(signer_->name(), signer_->public_key()),
                                      signature);
  EXPECT_EQ(note::Verify(as_note, Public(*signer_)).error().reason, "BAD_SIGNATURE");
  const std::string signed_bytes = std::string("taanu-slip-v1") + '\0' + "a\n";
  const std::string with_zero =
      signed_bytes + "\n" +
      note::FormatSignature(signer_->name(), note::HashKey(signer_->name(), signer_->public_key()),
                            signature);
  EXPECT_EQ(note::Verify(with_zero, Public(*signer_)).error().reason, "BAD_NOTE");
}

TEST_F(SlipCodeTest, FactsThatNoSlipHasAreNotSigned) {
  std::vector<slip::SlipFacts> bad(8, Facts());
  bad[0].number = 0;
  bad[1].number = uint64_t{1} << 32;
  bad[2].time_s = -1;
  bad[3].precinct_id = "";
  bad[4].precinct_id = "P 1";
  bad[5].election = "";
  bad[6].election = "two\nlines";
  bad[7].election = std::string(101, 'x');
  for (const auto& facts : bad) {
    const auto made = slip::SignSlip(facts, *signer_);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().reason, "BAD_SLIP");
  }
}

TEST(DigitsTest, EverySequenceOfBytesHasOneTextThatGivesItBack) {
  EXPECT_TRUE(rc::check([](const std::vector<uint8_t>& bytes) {
    const std::string digits = slip::ToDigits(bytes);
    const auto back = slip::FromDigits(digits);
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == bytes);
  }));
}

TEST(DigitsTest, ATextThatNoBytesHaveIsRefused) {
  for (const char* text : {"1", "12", "256", "1234", "99999999999999999", "12a", "-12", "+01"}) {
    EXPECT_FALSE(slip::FromDigits(text)) << text;
  }
  EXPECT_TRUE(slip::FromDigits("255"));
}

TEST(DigitsTest, RandomTextIsRefusedOrIsTheTextOfItsBytes) {
  EXPECT_TRUE(rc::check([](std::vector<uint8_t> raw) {
    std::string text;
    for (const uint8_t byte : raw) text += static_cast<char>('0' + byte % 10);
    const auto bytes = slip::FromDigits(text);
    if (bytes) RC_ASSERT(slip::ToDigits(*bytes) == text);
  }));
}

}  // namespace
}  // namespace taanu::test
