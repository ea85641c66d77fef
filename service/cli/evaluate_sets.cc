#include "service/cli/evaluate_sets.h"

#include <algorithm>
#include <map>
#include <set>
#include <system_error>
#include <tuple>
#include <utility>

#include "service/cli/finger_file.h"
#include "service/cli/output.h"
#include "service/cli/parallel.h"
#include "service/cli/progress.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

// By folder, the prints in it.
using Folders = std::map<fs::path, std::vector<PrintFile>>;

Result<Folders> FindPrints(const fs::path& root) {
  Folders folders;
  std::error_code error;
  auto it = fs::recursive_directory_iterator(root, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    std::error_code unreadable;
    if (!it->is_regular_file(unreadable)) continue;
    const auto name = ParsePrintName(it->path().stem().string());
    if (name) folders[it->path().parent_path()].push_back({*name, it->path()});
  }
  if (error) {
    return Fail(ErrorCode::kNotFound, "NO_FOLDER",
                root.string() + ": " + error.message() + "; name a folder that can be read");
  }
  if (folders.empty()) {
    return Fail(ErrorCode::kNotFound, "NO_PRINTS",
                root.string() +
                    ": no file is named <finger>_<impression>.<ending>, such as "
                    "101_1.tif; rename the prints so");
  }
  return folders;
}

Status CheckFiles(const std::vector<PrintFile>& files) {
  for (size_t i = 0; i + 1 < files.size(); ++i) {
    if (files[i].name == files[i + 1].name) {
      return Fail(ErrorCode::kBadInput, "SAME_IMPRESSION",
                  files[i].path.string() + " and " + files[i + 1].path.string() +
                      " are one impression, which would be compared with itself; leave one");
    }
  }
  if (files.size() > kSetPrintsMax) {
    return Fail(ErrorCode::kBadInput, "TOO_MANY_PRINTS",
                files.front().path.parent_path().string() + " holds " +
                    std::to_string(files.size()) + " prints, and at most " +
                    std::to_string(kSetPrintsMax) + " are compared all with all; split it");
  }
  return {};
}

// What to call the set in `folder` found at `root`: the last part of the root, then the way down.
std::string NameSet(const fs::path& root, const fs::path& folder) {
  std::error_code ignored;
  const fs::path whole = fs::weakly_canonical(root, ignored);
  fs::path name = whole.has_filename() ? whole.filename() : whole.parent_path().filename();
  const fs::path below = folder.lexically_relative(root);
  if (!below.empty() && below != ".") name /= below;
  return name.empty() ? "prints" : name.lexically_normal().string();
}

Result<LoadedPrint> LoadPrint(const PrintFile& file, std::optional<double> dpi) {
  TAANU_ASSIGN_OR_RETURN(Template value, LoadTemplate(file.path, dpi));
  if (value.views.empty()) {
    return Fail(ErrorCode::kBadInput, "NO_VIEW", "holds no finger; enrol it again");
  }
  LoadedPrint print{file.name, file.path, std::move(value.views), {}};
  for (const FingerView& view : print.views) print.prepared.emplace_back(view);
  return print;
}

}  // namespace

Result<std::vector<SetFiles>> FindSets(const std::vector<fs::path>& roots) {
  std::vector<SetFiles> sets;
  std::set<std::string> names;
  for (const fs::path& root : roots) {
    TAANU_ASSIGN_OR_RETURN(Folders folders, FindPrints(root));
    for (auto& [folder, files] : folders) {
      std::sort(files.begin(), files.end(), [](const PrintFile& a, const PrintFile& b) {
        return std::tie(a.name, a.path) < std::tie(b.name, b.path);
      });
      TAANU_RETURN_IF_ERROR(CheckFiles(files));
      const std::string name = NameSet(root, folder);
      std::string unique = name;
      for (int i = 2; !names.insert(unique).second; ++i) unique = name + "-" + std::to_string(i);
      sets.push_back({std::move(unique), std::move(files)});
    }
  }
  return sets;
}

LoadedSet LoadSet(const SetFiles& set, std::optional<double> dpi, unsigned threads,
                  const Context& context, ExitStatus* status) {
  std::vector<std::optional<Result<LoadedPrint>>> results(set.files.size());
  {
    Progress progress("reading " + set.name, set.files.size());
    ParallelFor(set.files.size(), threads, [&](size_t i, unsigned) {
      results[i] = LoadPrint(set.files[i], dpi);
      progress.Add(1);
    });
  }
  LoadedSet loaded;
  loaded.name = set.name;
  std::vector<PrintName> names;
  for (size_t i = 0; i < results.size(); ++i) {
    Result<LoadedPrint>& result = *results[i];
    if (!result) {
      PrintError(context, result.error(), set.files[i].path.string());
      *status = ExitStatus::kBadInput;
      ++loaded.unusable;
      continue;
    }
    names.push_back(result->name);
    loaded.prints.push_back(std::move(*result));
  }
  loaded.fingers = NumberFingers(names, &loaded.finger_count);
  return loaded;
}

std::string PrintWord(const PrintName& name) {
  return std::to_string(name.finger) + "_" + std::to_string(name.impression);
}

}  // namespace taanu::cli
