// taanu extract: makes an ISO/IEC 19794-2:2005 template of each image.
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "enroll/load/finger_column.h"
#include "matcher/codec/codec.h"
#include "service/cli/commands.h"
#include "service/cli/file_io.h"
#include "service/cli/finger_file.h"
#include "service/cli/output.h"
#include "service/cli/parallel.h"
#include "service/cli/progress.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

struct ExtractOptions {
  std::vector<std::string> images;
  std::string out;
  std::string explain;  // empty: no pictures
  std::optional<double> dpi;
  unsigned threads = DefaultThreads();
};

// What became of one finger, of which a record may hold several.
struct Extracted {
  FingerPosition position = FingerPosition::kUnknown;
  size_t minutiae = 0;
  int quality = 0;
  QualityReason reason = QualityReason::kGood;
};

fs::path OutputPath(const ExtractOptions& options, const std::string& image) {
  return fs::path(options.out) / (fs::path(image).stem().string() + ".iso");
}

// Two images of one name would write one file, of which only the last would be left.
Status RefuseSameNames(const ExtractOptions& options) {
  std::map<fs::path, std::string> taken;
  for (const std::string& image : options.images) {
    const fs::path output = OutputPath(options, image);
    const auto [at, added] = taken.emplace(output, image);
    if (!added) {
      return Fail(ErrorCode::kBadInput, "SAME_OUTPUT",
                  at->second + " and " + image + " would both be written to " + output.string() +
                      "; extract them into different folders");
    }
  }
  return {};
}

// The second and further images of a record have their number in the name.
Status WritePictures(const ExtractOptions& options, const std::string& image,
                     const std::vector<std::vector<StagePicture>>& pictures) {
  for (size_t i = 0; i < pictures.size(); ++i) {
    std::string name = fs::path(image).stem().string();
    if (i > 0) name += "-" + std::to_string(i + 1);
    for (const StagePicture& picture : pictures[i]) {
      const fs::path path =
          fs::path(options.explain) / (name + "." + std::string(picture.stage) + ".png");
      TAANU_RETURN_IF_ERROR(WriteFile(path, picture.png));
    }
  }
  return {};
}

Result<ExtractedImage> ExtractAndExplain(const ExtractOptions& options, const std::string& image) {
  if (options.explain.empty()) return ExtractImageFile(image, options.dpi);
  std::vector<std::vector<StagePicture>> pictures;
  TAANU_ASSIGN_OR_RETURN(ExtractedImage extracted, ExplainImageFile(image, options.dpi, &pictures));
  TAANU_RETURN_IF_ERROR(WritePictures(options, image, pictures));
  return extracted;
}

Result<std::vector<Extracted>> ExtractOne(const ExtractOptions& options, const std::string& image) {
  TAANU_ASSIGN_OR_RETURN(const ExtractedImage extracted, ExtractAndExplain(options, image));
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> bytes,
                         EncodeTemplate(extracted.value, TemplateFormat::kIso19794_2_2005));
  TAANU_RETURN_IF_ERROR(WriteFile(OutputPath(options, image), bytes));
  std::vector<Extracted> fingers;
  for (const Extraction& finger : extracted.fingers) {
    const FingerView& view = finger.view;
    fingers.push_back({view.position, view.minutiae.size(), view.quality, finger.reason});
  }
  return fingers;
}

void PrintResult(const Context& context, const ExtractOptions& options, const std::string& image,
                 const Extracted& extracted) {
  const std::string output = OutputPath(options, image).string();
  const std::string reason(QualityReasonName(extracted.reason));
  const bool known = extracted.position != FingerPosition::kUnknown;
  const std::string finger(FingerColumn(extracted.position));
  if (context.json) {
    const nlohmann::json object = {{"image", image},
                                   {"template", output},
                                   {"finger", finger},
                                   {"minutiae", extracted.minutiae},
                                   {"quality", extracted.quality},
                                   {"quality_reason", reason}};
    std::printf("%s\n",
                object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    return;
  }
  std::printf("%s\t%zu minutiae\tquality %d\t%s%s\n", output.c_str(), extracted.minutiae,
              extracted.quality, reason.c_str(), known ? ("\t" + finger).c_str() : "");
}

ExitStatus RunExtract(const ExtractOptions& options, const Context& context) {
  if (const Status distinct = RefuseSameNames(options); !distinct) {
    return PrintError(context, distinct.error());
  }
  for (const std::string& folder : {options.out, options.explain}) {
    if (folder.empty()) continue;
    if (const Status made = MakeFolder(folder); !made) return PrintError(context, made.error());
  }
  const size_t count = options.images.size();
  std::vector<std::optional<Result<std::vector<Extracted>>>> results(count);
  {
    Progress progress("extracting", count);
    ParallelFor(count, options.threads, [&](size_t i, unsigned) {
      results[i] = ExtractOne(options, options.images[i]);
      progress.Add(1);
    });
  }
  ExitStatus status = ExitStatus::kSuccess;
  for (size_t i = 0; i < count; ++i) {
    const Result<std::vector<Extracted>>& result = *results[i];
    if (result) {
      for (const Extracted& finger : *result) {
        PrintResult(context, options, options.images[i], finger);
      }
      continue;
    }
    PrintError(context, result.error(), options.images[i]);
    // A disk that is full is no fault of the images.
    status = FirstFailure(status, result.error().reason == "FILE_NOT_WRITTEN"
                                      ? StatusFor(result.error().code)
                                      : ExitStatus::kBadInput);
  }
  return status;
}

}  // namespace

void RegisterExtract(CLI::App& app, Context& context) {
  auto options = std::make_shared<ExtractOptions>();
  CLI::App* command = AddCommand(
      app, context,
      {"extract",
       "Write the ISO/IEC 19794-2:2005 template of each image to DIR/<name without ending>.iso",
       "taanu extract --dpi 500 prints/101_1.tif prints/101_2.tif --out templates"},
      [options, &context] { return RunExtract(*options, context); });
  command
      ->add_option("IMAGE", options->images,
                   "PNG, BMP, TIFF, PGM, JPEG, JPEG 2000, WSQ, ISO 19794-4 or ANSI/NIST files")
      ->required();
  command->add_option("--out", options->out, "The folder for the templates")->required();
  command->add_option("--explain", options->explain,
                      "A folder for pictures of what each stage made of each image: "
                      "<name without ending>.<stage>.png");
  command->add_option("--dpi", options->dpi, "Resolution of images that state none")
      ->check(CLI::Range(kDpiMin, kDpiMax));
  command->add_option("--threads", options->threads, "Threads (default: one for each core)")
      ->check(CLI::Range(1U, kThreadsMax));
}

}  // namespace taanu::cli
