#include "service/page/catalogue.h"

#include <cstdint>
#include <nlohmann/json.hpp>

namespace taanu::page {
namespace {

constexpr uint32_t kMagic = 0x950412DE;
constexpr std::string_view kEnding = ".mo";

tl::unexpected<Error> Bad() {
  return Fail(ErrorCode::kBadInput, "BAD_CATALOGUE", "it is no little-endian gettext catalogue");
}

Result<uint32_t> Number(std::string_view mo, size_t at) {
  if (at > mo.size() || mo.size() - at < 4) return Bad();
  uint32_t number = 0;
  for (size_t i = 4; i-- > 0;) number = number << 8 | static_cast<uint8_t>(mo[at + i]);
  return number;
}

// The text that the entry of a table at `at` describes: its length, then its place.
Result<std::string> Text(std::string_view mo, size_t at) {
  TAANU_ASSIGN_OR_RETURN(const uint32_t length, Number(mo, at));
  TAANU_ASSIGN_OR_RETURN(const uint32_t place, Number(mo, at + 4));
  if (place > mo.size() || length > mo.size() - place) return Bad();
  return std::string(mo.substr(place, length));
}

}  // namespace

Result<Catalogue> ReadCatalogue(std::string_view mo) {
  TAANU_ASSIGN_OR_RETURN(const uint32_t magic, Number(mo, 0));
  if (magic != kMagic) return Bad();
  TAANU_ASSIGN_OR_RETURN(const uint32_t count, Number(mo, 8));
  TAANU_ASSIGN_OR_RETURN(const uint32_t originals, Number(mo, 12));
  TAANU_ASSIGN_OR_RETURN(const uint32_t translations, Number(mo, 16));
  Catalogue catalogue;
  for (size_t i = 0; i < count; ++i) {
    TAANU_ASSIGN_OR_RETURN(std::string original, Text(mo, originals + 8 * i));
    TAANU_ASSIGN_OR_RETURN(std::string translation, Text(mo, translations + 8 * i));
    if (!original.empty()) catalogue[std::move(original)] = std::move(translation);
  }
  return catalogue;
}

Result<std::string> CataloguesJson(std::span<const Asset> assets) {
  nlohmann::json all = nlohmann::json::object();
  for (const Asset& asset : assets) {
    if (!asset.name.ends_with(kEnding)) continue;
    TAANU_ASSIGN_OR_RETURN(const Catalogue catalogue, ReadCatalogue(asset.content));
    all[std::string(asset.name.substr(0, asset.name.size() - kEnding.size()))] = catalogue;
  }
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace taanu::page
