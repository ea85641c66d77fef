// taanu capture: captures the image of a finger from a reader.
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "enroll/capture/capture.h"
#include "enroll/extract/extractor.h"
#include "enroll/image/image.h"
#include "service/cli/commands.h"
#include "service/cli/file_io.h"
#include "service/cli/finger_capture.h"
#include "service/cli/output.h"

namespace taanu::cli {
namespace {

struct CaptureCommand {
  bool list = false;
  std::string out;
  CaptureRequest request;
};

void PrintObject(const nlohmann::json& object) {
  std::printf("%s\n",
              object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

ExitStatus ListReaders(const Context& context) {
  const Readers readers;
  for (size_t i = 0; i < readers.list().size(); ++i) {
    const ReaderInfo& info = readers.list()[i];
    if (context.json) {
      PrintObject({{"device", i},
                   {"name", info.name},
                   {"driver", info.driver},
                   {"id", info.id},
                   {"gives_images", info.gives_images},
                   {"swipe", info.swipe}});
      continue;
    }
    std::printf("%zu\t%s\t%s\t%s\n", i, info.name.c_str(), info.driver.c_str(),
                info.gives_images ? "gives images" : "compares on its chip, cannot be used");
  }
  if (readers.list().empty()) {
    return PrintError(context, readers.FirstWithImages().error());
  }
  return ExitStatus::kSuccess;
}

Result<CapturedFinger> CaptureTo(const CaptureCommand& command) {
  TAANU_ASSIGN_OR_RETURN(CapturedFinger captured, CaptureBest(command.request));
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> png, EncodePng(captured.capture.image));
  TAANU_RETURN_IF_ERROR(WriteFile(command.out, png));
  return captured;
}

ExitStatus RunCapture(const CaptureCommand& command, const Context& context) {
  if (command.list) return ListReaders(context);
  if (command.out.empty()) {
    PrintError(context,
               {ErrorCode::kBadInput, "NO_OUTPUT",
                "name the file for the image with --out, or list the readers with --list"});
    return ExitStatus::kUsage;
  }
  const Result<CapturedFinger> captured = CaptureTo(command);
  if (!captured) return PrintError(context, captured.error());
  const GrayImage& image = captured->capture.image;
  const FingerView& view = captured->extraction.view;
  const std::string reason(QualityReasonName(captured->extraction.reason));
  if (context.json) {
    PrintObject({{"image", command.out},
                 {"width", image.width},
                 {"height", image.height},
                 {"dpi", image.dpi},
                 {"dpi_stated", captured->capture.dpi_stated},
                 {"minutiae", view.minutiae.size()},
                 {"quality", view.quality},
                 {"quality_reason", reason}});
    return ExitStatus::kSuccess;
  }
  std::printf("%s\t%dx%d\t%.0f dpi%s\t%zu minutiae\tquality %d\t%s\n", command.out.c_str(),
              image.width, image.height, image.dpi,
              captured->capture.dpi_stated ? "" : " (assumed)", view.minutiae.size(), view.quality,
              reason.c_str());
  return ExitStatus::kSuccess;
}

}  // namespace

void RegisterCapture(CLI::App& app, Context& context) {
  auto options = std::make_shared<CaptureCommand>();
  CLI::App* command = AddCommand(app, context,
                                 {"capture", "Capture the image of a finger from a reader, as PNG",
                                  "taanu capture --list\n"
                                  "taanu capture --touches 3 --out right_index.png"},
                                 [options, &context] { return RunCapture(*options, context); });
  CLI::Option* list = command->add_flag("--list", options->list, "List the readers instead");
  command->add_option("--out", options->out, "The PNG file to write")->excludes(list);
  AddCaptureOptions(command, "--timeout", &options->request);
  command
      ->add_option("--dpi", options->request.dpi, "Resolution of a reader whose driver states none")
      ->check(CLI::Range(kDpiMin, kDpiMax));
}

}  // namespace taanu::cli
