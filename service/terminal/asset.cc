#include "service/terminal/asset.h"

#include <algorithm>

namespace taanu::terminal {

std::string_view AssetNamed(std::string_view name) {
  const auto assets = Assets();
  const auto found = std::ranges::find(assets, name, &Asset::name);
  return found != assets.end() ? found->content : std::string_view();
}

}  // namespace taanu::terminal
