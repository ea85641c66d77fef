// Keeps the one direction of includes: matcher <- enroll <- service, with proto seen by service
// alone.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

// What each folder may include, beside itself and what is installed on the system.
const std::map<std::string, std::set<std::string>>& Allowed() {
  static const std::map<std::string, std::set<std::string>> allowed = {
      {"matcher", {}},
      {"enroll", {"matcher"}},
      // "taanu/v1/..." and "google/rpc/..." are the contract, from proto.
      {"service", {"enroll", "matcher", "taanu", "google"}},
  };
  return allowed;
}

// Libraries that a folder must not know, although they are installed.
const std::map<std::string, std::regex>& Forbidden() {
  static const std::map<std::string, std::regex> forbidden = {
      {"matcher", std::regex("opencv2|grpc|google/protobuf|sqlite3|sodium|fprint|spdlog|"
                             "fstream|iostream|filesystem|sys/socket")},
      {"enroll", std::regex("grpc|google/|taanu/v1")},
      {"service/rules",
       std::regex("grpc|google/|taanu/v1|sqlite3|sodium|enroll/store/"
                  "(database|connection)|service/(ledger|rpc|daemon|config|auth)")},
      {"service/reconcile",
       std::regex("grpc|google/|taanu/v1|sqlite3|enroll/store/(database|connection)|"
                  "service/(ledger|rpc|daemon|config|auth|cli)")},
  };
  return forbidden;
}

std::vector<fs::path> Sources(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string ending = entry.path().extension().string();
    if (entry.is_regular_file() && (ending == ".h" || ending == ".cc" || ending == ".inc")) {
      found.push_back(entry.path());
    }
  }
  return found;
}

struct Include {
  int line = 0;
  bool quoted = false;
  std::string path;
};

std::vector<Include> IncludesOf(const fs::path& file) {
  static const std::regex directive(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::vector<Include> includes;
  std::ifstream in(file);
  std::string text;
  for (int line = 1; std::getline(in, text); ++line) {
    std::smatch match;
    if (std::regex_search(text, match, directive)) {
      includes.push_back({line, match[1] == "\"", match[2]});
    }
  }
  return includes;
}

TEST(IncludeDirection, EachFolderIncludesOnlyWhatLiesBelowIt) {
  const fs::path root = TAANU_SOURCE_DIR;
  int files = 0;
  for (const auto& [folder, allowed] : Allowed()) {
    for (const fs::path& file : Sources(root / folder)) {
      ++files;
      for (const Include& include : IncludesOf(file)) {
        if (!include.quoted) {
          continue;
        }
        const std::string top = include.path.substr(0, include.path.find('/'));
        EXPECT_TRUE(top == folder || allowed.contains(top))
            << file << ":" << include.line << ": " << folder << " may not include \""
            << include.path << "\"";
      }
    }
  }
  EXPECT_GT(files, 30) << "the folders were not found at " << root;
}

TEST(IncludeDirection, NoFolderKnowsALibraryThatBelongsAboveIt) {
  const fs::path root = TAANU_SOURCE_DIR;
  for (const auto& [folder, forbidden] : Forbidden()) {
    for (const fs::path& file : Sources(root / folder)) {
      for (const Include& include : IncludesOf(file)) {
        EXPECT_FALSE(std::regex_search(include.path, forbidden))
            << file << ":" << include.line << ": " << folder << " may not know " << include.path;
      }
    }
  }
}

TEST(IncludeDirection, QuotedIncludesNameAFileFromTheTop) {
  const fs::path root = TAANU_SOURCE_DIR;
  for (const auto& [folder, allowed] : Allowed()) {
    for (const fs::path& file : Sources(root / folder)) {
      for (const Include& include : IncludesOf(file)) {
        const bool generated =
            include.path.starts_with("taanu/") || include.path.starts_with("google/rpc/");
        if (include.quoted && !generated) {
          EXPECT_TRUE(fs::exists(root / include.path))
              << file << ":" << include.line << ": no file \"" << include.path << "\"";
        }
      }
    }
  }
}

}  // namespace
