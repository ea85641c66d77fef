#include <fprint.h>

#include <utility>

#include "enroll/capture/capture.h"
#include "enroll/capture/glib_handles.h"
#include "enroll/capture/reader.h"

namespace taanu {
namespace {

using capture::AddReference;
using capture::GErrorPtr;
using capture::GObjectPtr;

std::string Text(const gchar* text) { return text != nullptr ? text : ""; }

ReaderInfo Describe(FpDevice* device) {
  ReaderInfo info;
  info.name = Text(fp_device_get_name(device));
  info.driver = Text(fp_device_get_driver(device));
  info.id = Text(fp_device_get_device_id(device));
  info.gives_images = fp_device_has_feature(device, FP_DEVICE_FEATURE_CAPTURE) != FALSE;
  info.swipe = fp_device_get_scan_type(device) == FP_SCAN_TYPE_SWIPE;
  return info;
}

tl::unexpected<Error> OpenFailure(const ReaderInfo& info, const GError* error) {
  const std::string why = error != nullptr ? Text(error->message) : "no reason given";
  return Fail(ErrorCode::kUnavailable, "READER_NOT_OPENED",
              info.name + " could not be opened (" + why +
                  "); close other programs that use it, and check that this account may use USB "
                  "devices (udev rules of libfprint)");
}

GLogWriterOutput DropReaderMessages(GLogLevelFlags level, const GLogField* fields, gsize count,
                                    gpointer data) {
  constexpr std::string_view kDomain = "GLIB_DOMAIN";  // see g_log_structured_array
  for (gsize i = 0; i < count; ++i) {
    if (fields[i].key != kDomain || fields[i].length >= 0) continue;
    const std::string_view domain(static_cast<const char*>(fields[i].value));
    if (domain.starts_with("libfprint")) return G_LOG_WRITER_HANDLED;
  }
  return g_log_writer_default(level, fields, count, data);
}

}  // namespace

void SilenceReaderMessages() {
  // GLib takes a writer once in the life of a process.
  static const bool kOnce = [] {
    if (g_getenv("G_MESSAGES_DEBUG") == nullptr) {
      g_log_set_writer_func(DropReaderMessages, nullptr, nullptr);
    }
    return true;
  }();
  static_cast<void>(kOnce);
}

struct Readers::Context {
  GObjectPtr<FpContext> context;
  std::vector<GObjectPtr<FpDevice>> devices;
};

Readers::Readers() : context_(std::make_unique<Context>()) {
  context_->context.reset(fp_context_new());
  // The array and its devices stay the context's.
  const GPtrArray* devices = fp_context_get_devices(context_->context.get());
  for (guint i = 0; devices != nullptr && i < devices->len; ++i) {
    auto* device = static_cast<FpDevice*>(devices->pdata[i]);
    context_->devices.push_back(AddReference(device));
    list_.push_back(Describe(device));
  }
}

Readers::~Readers() = default;

Result<std::unique_ptr<Reader>> Readers::Open(size_t index) const {
  if (index >= list_.size()) {
    return Fail(ErrorCode::kNotFound, "NO_SUCH_READER",
                "there is no reader " + std::to_string(index) + ", " +
                    std::to_string(list_.size()) + " found; list them first");
  }
  const ReaderInfo& info = list_[index];
  if (!info.gives_images) {
    return Fail(ErrorCode::kUnsupported, "MATCHES_ON_CHIP",
                info.name +
                    " compares fingers on its own chip and never gives the image, so that "
                    "nothing can be enrolled from it; use a reader that gives images");
  }
  FpDevice* device = context_->devices[index].get();
  GError* raw_error = nullptr;
  if (fp_device_open_sync(device, nullptr, &raw_error) == FALSE) {
    const GErrorPtr error(raw_error);
    return OpenFailure(info, error.get());
  }
  auto opened = std::make_unique<Reader::Device>();
  opened->device = AddReference(device);
  opened->info = info;
  return std::unique_ptr<Reader>(new Reader(std::move(opened)));
}

Result<size_t> Readers::FirstWithImages() const {
  for (size_t i = 0; i < list_.size(); ++i) {
    if (list_[i].gives_images) return i;
  }
  if (list_.empty()) {
    return Fail(ErrorCode::kUnavailable, "NO_READER",
                "no fingerprint reader was found; plug one in that libfprint supports, and check "
                "that this account may use it");
  }
  return Fail(ErrorCode::kUnsupported, "MATCHES_ON_CHIP",
              list_.front().name +
                  " compares fingers on its own chip and never gives the image; "
                  "use a reader that gives images");
}

}  // namespace taanu
