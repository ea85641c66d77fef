#include "tests/bench/libfprint_gallery.h"

#include <fprint.h>
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <string_view>
#include <utility>

#include "enroll/capture/glib_handles.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/enroll/capture/virtual_reader.h"

namespace taanu::bench {
namespace {

using capture::GErrorPtr;
using capture::GObjectPtr;

// The serialised print: these three bytes, then a little-endian GVariant of this type: kind of
// print, driver, device, whether it is stored on the device, finger, user name, description, date
// (Julian day), reserved, minutiae. (libfprint 1.94, fp_print_serialize.)
constexpr std::string_view kMagic = "FP3";
constexpr const char* kPrintType = "(issbymsmsia{sv}v)";
// Minutiae: for each view three arrays, x, y and angle.
constexpr const char* kMinutiaeType = "(a(aiaiai))";
constexpr int kKindNbis = 2;
// The most minutiae of a view that its matcher has room for (MAX_BOZORTH_MINUTIAE).
constexpr size_t kMinutiaeNbisMax = 200;
constexpr double kUmPerInch = 25'400;
// libfprint's directions, in steps of 11.25 degrees, are turned clockwise on the whole: by 1.4
// degrees on 96 made-up patterns of straight ridges of known directions, by 2.7 against the
// project's on 40 synthetic fingers. Its matcher compares directions to 11 degrees.
constexpr double kNbisTurnDegrees = -2;
constexpr std::string_view kTooHot = "LIBFPRINT_TOO_HOT";

struct VariantUnref {
  void operator()(GVariant* variant) const { g_variant_unref(variant); }
};
using VariantPtr = std::unique_ptr<GVariant, VariantUnref>;

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

tl::unexpected<Error> Failure(const char* what, const GError* error) {
  return Fail(
      ErrorCode::kInternal, "LIBFPRINT_FAILED",
      std::string(what) + ": " + (error != nullptr ? error->message : "libfprint gives no reason"));
}

// x, y and angle as libfprint's matcher has them: pixels of the reader with y up, degrees from -179
// to 180 that point the opposite way of ISO/IEC 19794-2, sorted by x, then y. Where there are too
// many, the best are kept.
std::vector<std::array<int32_t, 3>> ToNbis(const FingerView& view, double dpi) {
  const double pixels_per_um = dpi / kUmPerInch;
  std::vector<Minutia> best = view.minutiae;
  std::stable_sort(best.begin(), best.end(),
                   [](const Minutia& a, const Minutia& b) { return a.quality > b.quality; });
  if (best.size() > kMinutiaeNbisMax) best.resize(kMinutiaeNbisMax);
  std::vector<std::array<int32_t, 3>> minutiae;
  for (const Minutia& m : best) {
    int degrees =
        static_cast<int>(std::lround(m.angle * 360.0 / kFullCircle + kNbisTurnDegrees)) + 180;
    degrees = (degrees + 179) % 360 - 179;
    minutiae.push_back(
        {static_cast<int32_t>(std::lround(m.x_um * pixels_per_um)),
         static_cast<int32_t>(std::lround((view.height_um - m.y_um) * pixels_per_um)), degrees});
  }
  std::sort(minutiae.begin(), minutiae.end());
  return minutiae;
}

VariantPtr MakeVariant(FpDevice* device, const FingerView& view, double dpi) {
  const auto minutiae = ToNbis(view, dpi);
  std::array<GVariant*, 3> columns{};
  for (size_t c = 0; c < columns.size(); ++c) {
    std::vector<gint32> values;
    for (const auto& m : minutiae) values.push_back(m[c]);
    columns[c] = g_variant_new_fixed_array(G_VARIANT_TYPE_INT32, values.data(), values.size(),
                                           sizeof(gint32));
  }
  GVariant* sample = g_variant_new_tuple(columns.data(), columns.size());
  GVariant* samples = g_variant_new_array(nullptr, &sample, 1);
  GVariant* payload = g_variant_new_tuple(&samples, 1);
  GVariant* print = g_variant_new(
      kPrintType, kKindNbis, fp_device_get_driver(device), fp_device_get_device_id(device), FALSE,
      static_cast<guchar>(FP_FINGER_RIGHT_INDEX), nullptr, nullptr, G_MININT32, nullptr, payload);
  return VariantPtr(g_variant_ref_sink(print));
}

// Minutiae of the first view.
size_t CountMinutiae(FpPrint* print) {
  guchar* data = nullptr;
  gsize length = 0;
  if (fp_print_serialize(print, &data, &length, nullptr) == FALSE) return 0;
  // The variant must be aligned to eight bytes.
  const std::unique_ptr<guchar, decltype(&g_free)> owned(data, &g_free);
  std::vector<uint64_t> aligned(length / sizeof(uint64_t) + 1);
  std::memcpy(aligned.data(), data + kMagic.size(), length - kMagic.size());
  const VariantPtr variant(
      g_variant_ref_sink(g_variant_new_from_data(G_VARIANT_TYPE(kPrintType), aligned.data(),
                                                 length - kMagic.size(), FALSE, nullptr, nullptr)));
  const VariantPtr boxed(g_variant_get_child_value(variant.get(), 9));
  const VariantPtr payload(g_variant_get_variant(boxed.get()));
  if (g_variant_is_of_type(payload.get(), G_VARIANT_TYPE(kMinutiaeType)) == FALSE) return 0;
  const VariantPtr samples(g_variant_get_child_value(payload.get(), 0));
  if (g_variant_n_children(samples.get()) == 0) return 0;
  const VariantPtr sample(g_variant_get_child_value(samples.get(), 0));
  const VariantPtr column(g_variant_get_child_value(sample.get(), 0));
  return g_variant_n_children(column.get());
}

// The virtual device, open, with a finger above it.
class VirtualDevice {
 public:
  static Result<std::unique_ptr<VirtualDevice>> Open();
  ~VirtualDevice() {
    if (opened_) fp_device_close_sync(device_.get(), nullptr, nullptr);
  }
  VirtualDevice(const VirtualDevice&) = delete;
  VirtualDevice& operator=(const VirtualDevice&) = delete;

  FpDevice* get() const { return device_.get(); }
  test::VirtualFinger& finger() { return finger_; }

 private:
  VirtualDevice() = default;

  test::TempDir folder_;
  GObjectPtr<FpContext> context_;
  GObjectPtr<FpDevice> device_;
  bool opened_ = false;
  test::VirtualFinger finger_;
};

Result<std::unique_ptr<VirtualDevice>> VirtualDevice::Open() {
  std::unique_ptr<VirtualDevice> made(new VirtualDevice);
  const std::string socket = (made->folder_.path() / "reader").string();
  ::setenv("FP_VIRTUAL_IMAGE", socket.c_str(), 1);
  made->context_.reset(fp_context_new());
  const GPtrArray* devices = fp_context_get_devices(made->context_.get());
  ::unsetenv("FP_VIRTUAL_IMAGE");
  for (guint i = 0; devices != nullptr && i < devices->len; ++i) {
    auto* device = static_cast<FpDevice*>(devices->pdata[i]);
    if (std::string_view(fp_device_get_driver(device)) == "virtual_image") {
      made->device_ = capture::AddReference(device);
    }
  }
  if (!made->device_) {
    return Fail(ErrorCode::kUnavailable, "NO_VIRTUAL_DEVICE",
                "this libfprint is built without its virtual image device");
  }
  GError* error = nullptr;
  if (fp_device_open_sync(made->device_.get(), nullptr, &error) == FALSE) {
    const GErrorPtr owned(error);
    return Failure("opening the virtual device", error);
  }
  made->opened_ = true;
  if (!made->finger_.Connect(socket)) {
    return Fail(ErrorCode::kInternal, "LIBFPRINT_FAILED", "the virtual device does not listen");
  }
  return made;
}

}  // namespace

struct LibfprintMatcher::Device {
  std::unique_ptr<VirtualDevice> reader;
  std::vector<GObjectPtr<FpPrint>> prints;
};

LibfprintMatcher::LibfprintMatcher(std::unique_ptr<Device> device) : device_(std::move(device)) {}
LibfprintMatcher::~LibfprintMatcher() = default;

Result<std::unique_ptr<LibfprintMatcher>> LibfprintMatcher::Open() {
  auto opened = std::make_unique<Device>();
  TAANU_ASSIGN_OR_RETURN(opened->reader, VirtualDevice::Open());
  return std::unique_ptr<LibfprintMatcher>(new LibfprintMatcher(std::move(opened)));
}

Result<size_t> LibfprintMatcher::Add(const FingerView& view, double dpi) {
  const VariantPtr variant = MakeVariant(device_->reader->get(), view, dpi);
  std::vector<guchar> bytes(kMagic.begin(), kMagic.end());
  bytes.resize(kMagic.size() + g_variant_get_size(variant.get()));
  std::memcpy(bytes.data() + kMagic.size(), g_variant_get_data(variant.get()),
              bytes.size() - kMagic.size());
  GError* error = nullptr;
  FpPrint* print = fp_print_deserialize(bytes.data(), bytes.size(), &error);
  if (print == nullptr) {
    const GErrorPtr owned(error);
    return Failure("reading a print", error);
  }
  device_->prints.emplace_back(print);
  return device_->prints.size() - 1;
}

// What came of pressing one image.
struct LibfprintMatcher::Pressed {
  double cpu_seconds = 0;
  GObjectPtr<FpPrint> match;
  GObjectPtr<FpPrint> probe;
};

Result<LibfprintMatcher::Pressed> LibfprintMatcher::Press(const GrayImage& image,
                                                          std::span<const size_t> places) {
  // libfprint lets a device that was busy for minutes cool down for as long: it reckons with its
  // heat, even of one that is none. A new one is cold.
  Result<Pressed> pressed = PressOnce(image, places);
  if (pressed || pressed.error().reason != kTooHot) return pressed;
  device_->reader.reset();
  TAANU_ASSIGN_OR_RETURN(device_->reader, VirtualDevice::Open());
  return PressOnce(image, places);
}

Result<LibfprintMatcher::Pressed> LibfprintMatcher::PressOnce(const GrayImage& image,
                                                              std::span<const size_t> places) {
  // It holds references of its own to the prints.
  const std::unique_ptr<GPtrArray, decltype(&g_ptr_array_unref)> gallery(
      g_ptr_array_new_with_free_func(&g_object_unref), &g_ptr_array_unref);
  for (const size_t place : places) {
    g_ptr_array_add(gallery.get(), g_object_ref(device_->prints[place].get()));
  }
  device_->reader->finger().Press(image);
  FpPrint* match = nullptr;
  FpPrint* probe = nullptr;
  GError* error = nullptr;
  const double start = CpuSeconds();
  const gboolean done = fp_device_identify_sync(device_->reader->get(), gallery.get(), nullptr,
                                                nullptr, nullptr, &match, &probe, &error);
  Pressed pressed;
  pressed.cpu_seconds = CpuSeconds() - start;
  pressed.match.reset(match);
  pressed.probe.reset(probe);
  if (done == FALSE) {
    const GErrorPtr owned(error);
    if (error != nullptr && error->domain == FP_DEVICE_RETRY) {
      return Fail(ErrorCode::kBadInput, "LIBFPRINT_RETRY", error->message);
    }
    if (g_error_matches(error, FP_DEVICE_ERROR, FP_DEVICE_ERROR_TOO_HOT) != FALSE) {
      return Fail(ErrorCode::kUnavailable, std::string(kTooHot), error->message);
    }
    return Failure("identify", error);
  }
  return pressed;
}

Result<size_t> LibfprintMatcher::AddPressed(const GrayImage& image) {
  TAANU_ASSIGN_OR_RETURN(Pressed pressed, Press(image, {}));
  if (!pressed.probe) return Failure("identify", nullptr);
  device_->prints.push_back(std::move(pressed.probe));
  return device_->prints.size() - 1;
}

Result<LibfprintMatcher::Identified> LibfprintMatcher::Identify(const GrayImage& image,
                                                                std::span<const size_t> places) {
  TAANU_ASSIGN_OR_RETURN(const Pressed pressed, Press(image, places));
  Identified identified;
  identified.cpu_seconds = pressed.cpu_seconds;
  identified.probe_minutiae = pressed.probe ? CountMinutiae(pressed.probe.get()) : 0;
  for (size_t i = 0; pressed.match && i < device_->prints.size(); ++i) {
    if (device_->prints[i] == pressed.match) identified.match = static_cast<int>(i);
  }
  return identified;
}

size_t LibfprintMatcher::MinutiaeAt(size_t place) const {
  return CountMinutiae(device_->prints[place].get());
}

}  // namespace taanu::bench
