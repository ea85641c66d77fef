#include "enroll/synth/person.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "enroll/synth/random.h"

namespace taanu {
namespace {

using synth::Mix;
using synth::Random;

constexpr uint64_t kPersonStream = 20;
constexpr uint64_t kFingerStream = 21;
constexpr uint64_t kNumberStream = 22;

constexpr size_t kNumberDigits = 14;
constexpr uint64_t kNumbers = 1'000'000'000'000;  // 12 digits between the leading 9 and the check
// Has no factor in common with 10^12, so that multiples of it visit every number once, and times
// 10^12 it stays below 2^64.
constexpr uint64_t kNumberStride = 14'318'629;

constexpr std::array<std::string_view, 20> kWomen = {
    "Айгуль",  "Айнура",  "Алтынай",  "Асель",   "Бермет",  "Гульнара", "Жылдыз",
    "Назгуль", "Нургуль", "Чолпон",   "Анна",    "Елена",   "Ирина",    "Мария",
    "Наталья", "Ольга",   "Светлана", "Татьяна", "Бегимай", "Перизат"};
constexpr std::array<std::string_view, 20> kMen = {
    "Азамат",  "Айбек",  "Алмаз",     "Бакыт",   "Данияр", "Жаныбек", "Кубат",
    "Марат",   "Нурлан", "Талант",    "Темир",   "Тилек",  "Улан",    "Эрлан",
    "Алексей", "Андрей", "Александр", "Дмитрий", "Сергей", "Николай"};
constexpr std::array<std::string_view, 24> kFirstSyllables = {
    "Алты",  "Асан", "Батыр", "Бала", "Бек",  "Дала", "Жаны",  "Жол",
    "Кара",  "Кызы", "Мара",  "Нура", "Олжо", "Сары", "Сулу",  "Таш",
    "Темир", "Тоо",  "Уран",  "Чын",  "Ырыс", "Эсен", "Токто", "Ормо"};
constexpr std::array<std::string_view, 16> kLastSyllables = {
    "баш", "бек", "гат", "дар", "жан", "кул", "лат", "мат",
    "нас", "ран", "сар", "тал", "тур", "ток", "чор", "шер"};

constexpr std::array<FingerPosition, kFingerPositionMax> kFingerOrder = {
    FingerPosition::kRightIndex, FingerPosition::kLeftIndex,   FingerPosition::kRightThumb,
    FingerPosition::kLeftThumb,  FingerPosition::kRightMiddle, FingerPosition::kLeftMiddle,
    FingerPosition::kRightRing,  FingerPosition::kLeftRing,    FingerPosition::kRightLittle,
    FingerPosition::kLeftLittle};

std::string_view Pick(std::span<const std::string_view> list, Random* random) {
  return list[random->Below(static_cast<uint32_t>(list.size()))];
}

// ISO/IEC 7064:2003, hybrid system MOD 11,10.
char CheckDigit(std::string_view digits) {
  int product = 10;
  for (const char digit : digits) {
    int sum = (product + (digit - '0')) % 10;
    if (sum == 0) sum = 10;
    product = sum * 2 % 11;
  }
  return static_cast<char>('0' + (11 - product) % 10);
}

std::string MakeNumber(uint64_t seed, uint64_t index) {
  Random random(seed, kNumberStream);
  const uint64_t start = random.Bits() % kNumbers;
  uint64_t serial = (start + index % kNumbers * kNumberStride % kNumbers) % kNumbers;
  std::string number(kNumberDigits - 1, '9');
  for (size_t i = number.size() - 1; i > 0; --i) {
    number[i] = static_cast<char>('0' + serial % 10);
    serial /= 10;
  }
  number.push_back(CheckDigit(number));
  return number;
}

}  // namespace

SyntheticVoter MakeSyntheticVoter(uint64_t seed, uint64_t index,
                                  const SyntheticRegisterOptions& options) {
  Random random(Mix(seed) + index, kPersonStream);
  SyntheticVoter made;
  VoterData& voter = made.data;
  voter.voter_number = MakeNumber(seed, index);
  voter.sex = random.Below(100) < 52 ? Sex::kFemale : Sex::kMale;
  const bool woman = voter.sex == Sex::kFemale;
  voter.given_names = Pick(woman ? std::span(kWomen) : std::span(kMen), &random);
  voter.family_name = Pick(kFirstSyllables, &random);
  voter.family_name += Pick(kLastSyllables, &random);
  voter.family_name += woman ? "ова" : "ов";
  // Two uniforms make the young more frequent than the old, as they are in a young country.
  const uint32_t age_one = random.Below(68);
  const uint32_t age_two = random.Below(68);
  voter.birth_year = options.birth_year_youngest - static_cast<int>(std::min(age_one, age_two));
  const uint32_t precincts = std::clamp(options.precincts, 1U, 9999U);
  voter.precinct_id = SyntheticPrecinctId(1 + random.Below(precincts));
  // A seed's fingers are consecutive values of one bijection, so that no two can be the same.
  Random register_random(seed, kFingerStream);
  const uint64_t first_finger = register_random.Bits() + index * kFingerPositionMax;
  const int fingers = std::clamp(options.fingers, 1, kFingerPositionMax);
  for (int i = 0; i < fingers; ++i) {
    made.fingers.push_back(
        {.position = kFingerOrder[i], .seed = Mix(first_finger + static_cast<uint64_t>(i))});
  }
  return made;
}

std::string SyntheticPrecinctId(uint32_t precinct) {
  std::string digits = std::to_string(precinct);
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
  return "P" + digits;
}

bool ValidVoterNumber(std::string_view number) {
  if (number.size() != kNumberDigits) return false;
  for (const char digit : number) {
    if (digit < '0' || digit > '9') return false;
  }
  return CheckDigit(number.substr(0, kNumberDigits - 1)) == number.back();
}

}  // namespace taanu
