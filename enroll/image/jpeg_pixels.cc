// The pixels of a JPEG by libjpeg itself: OpenCV's reader prints what libjpeg warns of, and takes a
// scan that lost its place for a good one, with garbage from there on.
#include <csetjmp>
#include <cstddef>
#include <cstdio>
// jpeglib.h uses FILE and size_t, but includes neither's header.
#include <jerror.h>
#include <jpeglib.h>

#include "enroll/image/formats.h"

namespace taanu::image_internal {
namespace {

// libjpeg's own needs for an image of the largest size, progressive and in colour, are a third.
constexpr long kWorkBytesMax = 128L << 20;

// libjpeg leaves by the jump where it can go no further, and tells of lesser faults on the way.
struct Faults {
  jpeg_error_mgr manager;
  std::jmp_buf out;
  bool damaged = false;
};

[[noreturn]] void GiveUp(j_common_ptr info) {
  std::longjmp(reinterpret_cast<Faults*>(info->err)->out, 1);
}

void Note(j_common_ptr info, int level) {
  if (level >= 0) return;  // a trace
  const int code = info->err->msg_code;
  // Oddities of the header, which change no pixel.
  if (code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM) return;
  reinterpret_cast<Faults*>(info->err)->damaged = true;
}

void BeSilent(j_common_ptr) {}

// Fills `pixels`, which has room for the whole image; false where libjpeg found a fault. Nothing
// with a destructor lives here, since a jump would leave it out.
bool ReadPixels(Bytes bytes, const ImageHeader& header, uint8_t* pixels) {
  jpeg_decompress_struct jpeg{};
  Faults faults{};
  jpeg.err = jpeg_std_error(&faults.manager);
  faults.manager.error_exit = GiveUp;
  faults.manager.emit_message = Note;
  faults.manager.output_message = BeSilent;
  if (setjmp(faults.out) != 0) {
    jpeg_destroy_decompress(&jpeg);
    return false;
  }
  jpeg_create_decompress(&jpeg);
  jpeg.mem->max_memory_to_use = kWorkBytesMax;
  jpeg_mem_src(&jpeg, bytes.data(), static_cast<unsigned long>(bytes.size()));
  jpeg_read_header(&jpeg, TRUE);
  bool good = (jpeg.num_components == 1 || jpeg.num_components == 3) &&
              static_cast<int64_t>(jpeg.image_width) == header.width &&
              static_cast<int64_t>(jpeg.image_height) == header.height;
  if (good) {
    jpeg.out_color_space = JCS_GRAYSCALE;
    jpeg_start_decompress(&jpeg);
    while (jpeg.output_scanline < jpeg.output_height) {
      JSAMPROW row = pixels + static_cast<size_t>(jpeg.output_scanline) * jpeg.output_width;
      jpeg_read_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_decompress(&jpeg);
    good = !faults.damaged;
  }
  jpeg_destroy_decompress(&jpeg);
  return good;
}

}  // namespace

Result<Pixels> DecodeJpeg(Bytes bytes, const ImageHeader& header) {
  Pixels pixels(static_cast<size_t>(header.width * header.height));
  if (!ReadPixels(bytes, header, pixels.data())) {
    return Damaged("JPEG", 0, "its pixels cannot be decoded");
  }
  return pixels;
}

}  // namespace taanu::image_internal
