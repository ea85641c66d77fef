#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "enroll/register/finger_codec.h"
#include "enroll/register/voter_codec.h"

namespace taanu::test {
namespace {

rc::Gen<Minutia> GenMinutia() {
  return rc::gen::build<Minutia>(
      rc::gen::set(&Minutia::x_um), rc::gen::set(&Minutia::y_um), rc::gen::set(&Minutia::angle),
      rc::gen::set(&Minutia::type, rc::gen::element(MinutiaType::kOther, MinutiaType::kRidgeEnding,
                                                    MinutiaType::kBifurcation)),
      rc::gen::set(&Minutia::quality, rc::gen::inRange<uint8_t>(0, 101)));
}

rc::Gen<ExtendedData> GenExtended() {
  return rc::gen::build<ExtendedData>(rc::gen::set(&ExtendedData::type),
                                      rc::gen::set(&ExtendedData::payload));
}

FingerView AnyView() {
  FingerView view;
  view.position = static_cast<FingerPosition>(*rc::gen::inRange(0, 11));
  view.view_number = *rc::gen::arbitrary<uint8_t>();
  view.impression_type = *rc::gen::arbitrary<uint8_t>();
  view.quality = *rc::gen::inRange<uint8_t>(0, 101);
  view.width_um = *rc::gen::nonNegative<int32_t>();
  view.height_um = *rc::gen::nonNegative<int32_t>();
  view.minutiae = *rc::gen::container<std::vector<Minutia>>(
      static_cast<size_t>(*rc::gen::inRange(0, kMinutiaeMax + 1)), GenMinutia());
  view.extended = *rc::gen::container<std::vector<ExtendedData>>(
      static_cast<size_t>(*rc::gen::inRange(0, 5)), GenExtended());
  return view;
}

TEST(FingerCodecTest, EveryViewComesBackExactly) {
  EXPECT_TRUE(rc::check([] {
    const FingerView view = AnyView();
    const auto bytes = EncodeFingerView(view);
    RC_ASSERT(bytes.has_value());
    const auto decoded = DecodeFingerView(*bytes);
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(*decoded == view);
  }));
}

TEST(FingerCodecTest, WhateverIsTakenIsWhatWouldBeWritten) {
  EXPECT_TRUE(rc::check([] {
    auto bytes = *EncodeFingerView(AnyView());
    const auto at = *rc::gen::inRange<size_t>(0, bytes.size());
    bytes[at] = *rc::gen::arbitrary<uint8_t>();
    bytes.resize(*rc::gen::inRange<size_t>(0, bytes.size() + 1));
    const auto decoded = DecodeFingerView(bytes);
    if (decoded) RC_ASSERT(*EncodeFingerView(*decoded) == bytes);
  }));
}

TEST(FingerCodecTest, EveryCutAndEveryTailIsRefused) {
  FingerView view;
  view.minutiae.resize(3);
  view.extended.push_back({7, {1, 2, 3}});
  auto bytes = *EncodeFingerView(view);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeFingerView(std::span(bytes).first(size))) << size;
  }
  bytes.push_back(0);
  EXPECT_FALSE(DecodeFingerView(bytes));
}

TEST(FingerCodecTest, WhatTheFormatCannotHoldIsRefused) {
  FingerView view;
  view.minutiae.resize(kMinutiaeMax + 1);
  EXPECT_FALSE(EncodeFingerView(view));
  view = {};
  view.extended.push_back({1, std::vector<uint8_t>(kExtendedBytesMax)});
  EXPECT_FALSE(EncodeFingerView(view));
  view = {};
  view.position = static_cast<FingerPosition>(11);
  EXPECT_FALSE(EncodeFingerView(view));
  view = {};
  view.quality = 101;
  EXPECT_FALSE(EncodeFingerView(view));
  view = {};
  view.width_um = -1;
  EXPECT_FALSE(EncodeFingerView(view));
}

TEST(FingerCodecTest, ANewerFormatIsToldApartFromDamage) {
  auto bytes = *EncodeFingerView({});
  bytes[0] = 2;
  EXPECT_EQ(DecodeFingerView(bytes).error().code, ErrorCode::kUnsupported);
  bytes[0] = 0;
  EXPECT_EQ(DecodeFingerView(bytes).error().code, ErrorCode::kBadInput);
}

TEST(VoterCodecTest, EveryVoterComesBackAndLengthsAreRounded) {
  const VoterData voter{"AA-0001", "Асанова", "Айгүл", 1990, Sex::kFemale, ""};
  const auto bytes = EncodeVoterData(voter);
  EXPECT_EQ(bytes.size() % 64, 0u);
  const auto decoded = DecodeVoterData(bytes);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->voter_number, voter.voter_number);
  EXPECT_EQ(decoded->family_name, voter.family_name);
  EXPECT_EQ(decoded->given_names, voter.given_names);
  EXPECT_EQ(decoded->birth_year, voter.birth_year);
  EXPECT_EQ(decoded->sex, voter.sex);
}

TEST(VoterCodecTest, MissingFingersComeBackAndTheirAbsenceKeepsTheFirstFormat) {
  VoterData voter{"AA-0001", "Асанова", "Айгүл", 1990, Sex::kFemale, ""};
  EXPECT_EQ(EncodeVoterData(voter)[0], 1);
  voter.missing_fingers = {{FingerPosition::kRightThumb, MissingReason::kDamaged},
                           {FingerPosition::kLeftLittle, MissingReason::kAmputated}};
  auto bytes = EncodeVoterData(voter);
  EXPECT_EQ(bytes[0], 2);
  const auto decoded = DecodeVoterData(bytes);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->missing_fingers, voter.missing_fingers);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeVoterData(std::span(bytes).first(size))) << size;
  }
  // A reason, a finger and a count that there are not.
  const size_t count_at = 1 + 2 + 1 + 2 + 7 + 2 + 14 + 2 + 10;
  ASSERT_EQ(bytes[count_at], 2);
  for (const auto& [at, value] :
       {std::pair(count_at, 11), std::pair(count_at, 0), std::pair(count_at + 1, 0),
        std::pair(count_at + 1, 11), std::pair(count_at + 2, 0), std::pair(count_at + 2, 4)}) {
    auto bad = bytes;
    bad[at] = static_cast<uint8_t>(value);
    EXPECT_FALSE(DecodeVoterData(bad)) << at << " " << value;
  }
  bytes[0] = 3;
  EXPECT_EQ(DecodeVoterData(bytes).error().code, ErrorCode::kUnsupported);
}

TEST(VoterCodecTest, EveryCutTailAndStrayByteIsRefused) {
  auto bytes = EncodeVoterData({"1", "a", "b", 0, Sex::kUnspecified, ""});
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeVoterData(std::span(bytes).first(size))) << size;
  }
  auto longer = bytes;
  longer.resize(bytes.size() + 64);
  EXPECT_FALSE(DecodeVoterData(longer));
  bytes.back() = 1;
  EXPECT_FALSE(DecodeVoterData(bytes));
}

}  // namespace
}  // namespace taanu::test
