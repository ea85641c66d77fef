#include "service/page/asset.h"

#include <algorithm>

namespace taanu::page {

std::string_view AssetNamed(std::span<const Asset> assets, std::string_view name) {
  const auto found = std::ranges::find(assets, name, &Asset::name);
  return found != assets.end() ? found->content : std::string_view();
}

}  // namespace taanu::page
