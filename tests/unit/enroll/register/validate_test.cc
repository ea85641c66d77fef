#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "enroll/register/register.h"

namespace taanu::test {
namespace {

using testing::StartsWith;

constexpr int kThisYear = 2026;

VoterData GoodVoter() { return {"AA-0001", "Асанова", "Айгүл", 1990, Sex::kFemale, "P-01"}; }

// Whether `voter` is taken (an empty message), or refused with a message that begins so.
void ExpectMessage(const VoterData& voter, std::string_view message) {
  const Status status = ValidateVoterData(voter, kThisYear);
  if (message.empty()) {
    EXPECT_TRUE(status) << status.error().message;
    return;
  }
  ASSERT_FALSE(status) << message;
  EXPECT_EQ(status.error().code, ErrorCode::kBadInput);
  EXPECT_THAT(status.error().message, StartsWith(std::string(message)));
}

struct TextCase {
  const char* what;
  std::string VoterData::*field;
  std::string value;
  const char* message;
};

const TextCase kTextCases[] = {
    {"no number", &VoterData::voter_number, "", "voter_number is empty"},
    {"longest number", &VoterData::voter_number, std::string(64, '7'), ""},
    {"number too long", &VoterData::voter_number, std::string(65, '7'),
     "voter_number has 65 bytes"},
    {"line end", &VoterData::voter_number, "1\n2",
     "voter_number has a control character at byte 1"},
    {"zero byte", &VoterData::voter_number, std::string("12\0", 3),
     "voter_number has a control character at byte 2"},
    {"delete", &VoterData::family_name, "a\x7f", "family_name has a control"},
    {"C1 control", &VoterData::family_name, "\xc2\x85", "family_name has a control"},
    {"turned text", &VoterData::given_names, "a\u202ez", "given_names has a control"},
    {"isolated text", &VoterData::given_names, "\u2066z", "given_names has a control"},
    {"line separator", &VoterData::given_names, "\u2028", "given_names has a control"},
    {"no family name", &VoterData::family_name, "", ""},
    {"no given names", &VoterData::given_names, "", ""},
    {"longest name", &VoterData::family_name, std::string(200, 'a'), ""},
    {"name too long", &VoterData::given_names, std::string(201, 'a'), "given_names has 201 bytes"},
    {"four-byte character", &VoterData::family_name, "\U0001f600", ""},
    {"last character", &VoterData::family_name, "\U0010ffff", ""},
    {"stray continuation", &VoterData::family_name, "a\x80", "family_name is not UTF-8 at byte 1"},
    {"cut-off character", &VoterData::family_name, "\xd0", "family_name is not UTF-8"},
    {"lead without continuation", &VoterData::family_name, "\xe0\xa0z", "family_name is not UTF-8"},
    {"overlong, two bytes", &VoterData::family_name, "\xc0\xaf", "family_name is not UTF-8"},
    {"overlong, three bytes", &VoterData::family_name, "\xe0\x80\xaf", "family_name is not UTF-8"},
    {"overlong, four bytes", &VoterData::family_name, "\xf0\x80\x80\xaf",
     "family_name is not UTF-8"},
    {"surrogate", &VoterData::family_name, "\xed\xa0\x80", "family_name is not UTF-8"},
    {"above the last character", &VoterData::family_name, "\xf4\x90\x80\x80",
     "family_name is not UTF-8"},
    {"five bytes", &VoterData::family_name, "\xf8\x88\x80\x80\x80", "family_name is not UTF-8"},
    {"byte 0xff", &VoterData::family_name, "\xff", "family_name is not UTF-8"},
    {"no precinct", &VoterData::precinct_id, "", "precinct_id is empty"},
    {"every precinct character", &VoterData::precinct_id, "azAZ09._-", ""},
    {"longest precinct", &VoterData::precinct_id, std::string(32, 'P'), ""},
    {"precinct too long", &VoterData::precinct_id, std::string(33, 'P'),
     "precinct_id has 33 bytes"},
    {"slash in a precinct", &VoterData::precinct_id, "a/b",
     "precinct_id has another character than A-Z a-z 0-9 . _ - at byte 1"},
    {"blank in a precinct", &VoterData::precinct_id, " ", "precinct_id has another"},
    {"letter beyond ASCII in a precinct", &VoterData::precinct_id, "é", "precinct_id has another"},
};

TEST(ValidateVoterTest, AGoodVoterIsTaken) { ExpectMessage(GoodVoter(), ""); }

TEST(ValidateVoterTest, TextIsTakenOrRefusedWithItsFieldAndPlace) {
  for (const TextCase& test : kTextCases) {
    SCOPED_TRACE(test.what);
    VoterData voter = GoodVoter();
    voter.*test.field = test.value;
    ExpectMessage(voter, test.message);
  }
}

TEST(ValidateVoterTest, TheYearOfBirthIsUnknownOrOneSomebodyAliveCanHave) {
  for (const auto& [year, message] :
       {std::pair(0, ""), std::pair(1880, ""), std::pair(kThisYear, ""),
        std::pair(1879, "birth_year must be 1880"), std::pair(kThisYear + 1, "birth_year must be"),
        std::pair(-1, "birth_year must be"), std::pair(1 << 30, "birth_year must be")}) {
    VoterData voter = GoodVoter();
    voter.birth_year = year;
    ExpectMessage(voter, message);
  }
}

TEST(ValidateVoterTest, AnUnknownSexIsRefused) {
  VoterData voter = GoodVoter();
  voter.sex = static_cast<Sex>(3);
  ExpectMessage(voter, "sex is not");
}

TEST(ValidateVoterTest, MissingFingersAreKnownOnesEachOnceWithAReason) {
  VoterData voter = GoodVoter();
  for (int position = 1; position <= kFingerPositionMax; ++position) {
    voter.missing_fingers.push_back(
        {static_cast<FingerPosition>(position), MissingReason::kAmputated});
  }
  ExpectMessage(voter, "");
  voter.missing_fingers.push_back(voter.missing_fingers.front());
  ExpectMessage(voter, "missing_fingers must name each finger once");
  voter.missing_fingers = {{FingerPosition::kUnknown, MissingReason::kAmputated}};
  ExpectMessage(voter, "missing_fingers must name a known finger");
  voter.missing_fingers = {{static_cast<FingerPosition>(11), MissingReason::kAmputated}};
  ExpectMessage(voter, "missing_fingers must name a known finger");
  voter.missing_fingers = {{FingerPosition::kLeftRing, static_cast<MissingReason>(4)}};
  ExpectMessage(voter, "missing_fingers must say why");
}

TEST(ValidateVoterTest, AMessageRepeatsNoPersonalData) {
  VoterData voter = GoodVoter();
  voter.voter_number = "SECRET-77\n";
  EXPECT_EQ(ValidateVoterData(voter, kThisYear).error().message.find("SECRET"), std::string::npos);
  voter = GoodVoter();
  voter.family_name = std::string(300, 'Q');
  EXPECT_EQ(ValidateVoterData(voter, kThisYear).error().message.find("QQ"), std::string::npos);
}

}  // namespace
}  // namespace taanu::test
