#include "service/cli/pair_list.h"

#include <unordered_map>
#include <utility>

namespace taanu::cli {
namespace {

// What is wrong with the line, in words; empty where nothing is.
std::string_view Fault(std::string_view line) {
  const size_t tab = line.find('\t');
  if (tab == std::string_view::npos) return "has no tab";
  if (line.find('\t', tab + 1) != std::string_view::npos) return "has more than one tab";
  if (tab == 0) return "names no probe";
  if (tab + 1 == line.size()) return "names no reference";
  if (line.find('\0') != std::string_view::npos) return "holds a NUL byte";
  return {};
}

// Gives each name its index.
class Names {
 public:
  explicit Names(std::vector<std::string>* names) : names_(names) {}

  uint32_t IndexOf(std::string_view name) {
    const auto [at, added] = index_.try_emplace(name, static_cast<uint32_t>(names_->size()));
    if (added) names_->emplace_back(name);
    return at->second;
  }

 private:
  std::vector<std::string>* names_;
  std::unordered_map<std::string_view, uint32_t> index_;  // views of the text that is parsed
};

}  // namespace

Result<PairList> ParsePairList(std::string_view text) {
  PairList list;
  Names names(&list.names);
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (const std::string_view fault = Fault(line); !fault.empty()) {
      return Fail(ErrorCode::kBadInput, "BAD_PAIR",
                  "line " + std::to_string(number) + " " + std::string(fault) +
                      "; each line is PROBE<TAB>REFERENCE, nothing was compared");
    }
    const size_t tab = line.find('\t');
    const uint32_t probe = names.IndexOf(line.substr(0, tab));
    list.pairs.push_back({probe, names.IndexOf(line.substr(tab + 1))});
  }
  return list;
}

}  // namespace taanu::cli
