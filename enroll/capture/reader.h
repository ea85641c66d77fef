// What a Reader holds of libfprint; private to this folder.
#pragma once

#include <fprint.h>

#include "enroll/capture/capture.h"
#include "enroll/capture/glib_handles.h"

namespace taanu {

struct Reader::Device {
  capture::GObjectPtr<FpDevice> device;  // open
  ReaderInfo info;
};

}  // namespace taanu
