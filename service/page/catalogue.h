// A page's texts in the languages of the polls.
//
// Texts are kept in gettext catalogues (po/), named by their English. msgfmt checks and compiles
// them when the program is built; a page gets all of them at once, so that it can switch at any
// time, also when it cannot reach anybody.
//
// Source of the format: GNU gettext manual, section 10.3, "The Format of GNU MO Files".
// Thread-safety: pure functions.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "matcher/error.h"
#include "service/page/asset.h"

namespace taanu::page {

// English text to translation.
using Catalogue = std::map<std::string, std::string>;

// Reads a little-endian catalogue without contexts and plurals; the header is left out.
// Errors: kBadInput (BAD_CATALOGUE).
Result<Catalogue> ReadCatalogue(std::string_view mo);

// {"ky": {...}, "ru": {...}}, of the catalogues among the files. Errors: as ReadCatalogue.
Result<std::string> CataloguesJson(std::span<const Asset> assets);

}  // namespace taanu::page
