#include "service/page/catalogue.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

#include "service/observers/asset.h"

namespace taanu::observers {
namespace {

using page::AssetNamed;
using page::Catalogue;
using page::ReadCatalogue;

Catalogue Load(std::string_view name) {
  const auto catalogue = ReadCatalogue(AssetNamed(Assets(), name));
  EXPECT_TRUE(catalogue) << name;
  return catalogue.value_or(Catalogue());
}

void AddMatches(const std::string& text, const std::regex& pattern, std::set<std::string>* found) {
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at) {
    found->insert((*at)[1]);
  }
}

// Every text that the page shows: t("...") in scripts, data-t and data-t-label in HTML.
std::set<std::string> TextsOfPage() {
  std::set<std::string> texts;
  for (const page::Asset& asset : Assets()) {
    const std::string content(asset.content);
    if (asset.name.ends_with(".js")) {
      AddMatches(content, std::regex(R"re(\bt\(\s*"([^"]*)")re"), &texts);
    } else if (asset.name.ends_with(".html")) {
      AddMatches(content, std::regex(R"re(data-t>([^<]*)<)re"), &texts);
      AddMatches(content, std::regex(R"re(data-t-label="([^"]*)")re"), &texts);
    }
  }
  return texts;
}

std::multiset<std::string> Blanks(const std::string& text) {
  static const std::regex blank(R"(\{\w+\})");
  return {std::sregex_token_iterator(text.begin(), text.end(), blank),
          std::sregex_token_iterator()};
}

TEST(ObserversCatalogueTest, EveryTextOfThePageIsTranslatedWithTheSameBlanks) {
  const std::set<std::string> texts = TextsOfPage();
  EXPECT_GT(texts.size(), 60U);
  for (const char* name : {"ky.mo", "ru.mo"}) {
    const Catalogue catalogue = Load(name);
    for (const std::string& text : texts) {
      const auto found = catalogue.find(text);
      ASSERT_NE(found, catalogue.end()) << name << ": " << text;
      EXPECT_FALSE(found->second.empty()) << name << ": " << text;
      EXPECT_EQ(Blanks(found->second), Blanks(text)) << name << ": " << text;
    }
    EXPECT_EQ(catalogue.size(), texts.size()) << name << " has texts that no page shows";
  }
}

}  // namespace
}  // namespace taanu::observers
