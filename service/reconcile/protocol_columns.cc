#include "service/reconcile/protocol_columns.h"

#include <array>
#include <set>
#include <string_view>

#include "enroll/text/utf8.h"

namespace taanu::reconcile {
namespace {

// Longer names do not fit on a protocol's paper either.
constexpr size_t kNameBytesMax = 100;

struct KnownCount {
  std::string_view name;
  std::optional<uint64_t> Protocol::*figure;
};
constexpr std::array<KnownCount, 5> kCounts = {{{"issued", &Protocol::issued},
                                                {"spoiled", &Protocol::spoiled},
                                                {"found_in_box", &Protocol::in_box},
                                                {"counted_by_machine", &Protocol::by_machine},
                                                {"counted_by_hand", &Protocol::by_hand}}};

// Not empty, not too long, and without control characters, which would work on a terminal.
bool IsName(std::string_view text) {
  if (text.empty() || text.size() > kNameBytesMax) return false;
  while (!text.empty()) {
    uint32_t character = 0;
    const size_t length = DecodeUtf8(text, &character);
    if (length == 0 || character < 0x20 || (character >= 0x7F && character < 0xA0)) return false;
    text.remove_prefix(length);
  }
  return true;
}

class HeaderReader {
 public:
  HeaderReader(uint64_t line, std::vector<ProtocolProblem>* problems)
      : line_(line), problems_(*problems) {}

  ProtocolColumns Read(const std::vector<std::string>& header) {
    columns_.column_count = header.size();
    for (size_t i = 0; i < header.size(); ++i) Take(i, header[i]);
    for (const char* needed : {"precinct", "source"}) {
      if (!seen_.contains(needed)) {
        Complain(needed, "COLUMN_MISSING", "the header has no column of this name");
      }
    }
    return std::move(columns_);
  }

 private:
  void Complain(std::string_view column, std::string_view reason, std::string message) {
    problems_.push_back({line_, std::string(column), std::string(reason), std::move(message)});
  }

  void Take(size_t index, const std::string& name) {
    if (!seen_.insert(name).second) {
      Complain(name, "COLUMN_TWICE", "the header has two columns of this name");
    } else if (name == "precinct") {
      columns_.precinct = index;
    } else if (name == "source") {
      columns_.source = index;
    } else if (!TakeCount(index, name)) {
      TakeChoice(index, name);
    }
  }

  bool TakeCount(size_t index, const std::string& name) {
    for (const KnownCount& known : kCounts) {
      if (known.name != name) continue;
      columns_.counts.push_back({index, name, known.figure});
      return true;
    }
    return false;
  }

  // The contest ends at the first stroke; a choice may hold further ones.
  void TakeChoice(size_t index, const std::string& name) {
    const size_t stroke = name.find('/');
    if (stroke == std::string::npos) {
      Complain(name, "COLUMN_UNKNOWN",
               "must be precinct, source, issued, spoiled, found_in_box, counted_by_machine, "
               "counted_by_hand, or a total named CONTEST/CHOICE");
      return;
    }
    ChoiceColumn column{index, name.substr(0, stroke), name.substr(stroke + 1)};
    if (!IsName(column.contest) || !IsName(column.choice)) {
      Complain(name, "COLUMN_UNKNOWN",
               "contest and choice must each be 1 to 100 bytes of UTF-8 without control "
               "characters");
      return;
    }
    columns_.choices.push_back(std::move(column));
  }

  const uint64_t line_;
  std::vector<ProtocolProblem>& problems_;
  ProtocolColumns columns_;
  std::set<std::string, std::less<>> seen_;
};

}  // namespace

ProtocolColumns ReadColumns(const std::vector<std::string>& header, uint64_t line,
                            std::vector<ProtocolProblem>* problems) {
  return HeaderReader(line, problems).Read(header);
}

}  // namespace taanu::reconcile
