#include "enroll/capture/capture.h"

namespace taanu {

std::string_view CapturePromptText(CapturePrompt prompt) {
  switch (prompt) {
    case CapturePrompt::kPlaceFinger:
      return "Place the finger on the reader.";
    case CapturePrompt::kSwipeFinger:
      return "Draw the finger over the reader.";
    case CapturePrompt::kTryAgain:
      return "The image was not clear. Lift the finger and try again.";
    case CapturePrompt::kTooShort:
      return "That was too short. Draw the whole finger over the reader again.";
    case CapturePrompt::kCentreFinger:
      return "The finger was not in the middle. Place it in the middle of the reader.";
    case CapturePrompt::kRemoveFinger:
      return "Lift the finger, then place it again.";
  }
  return "Try again.";
}

}  // namespace taanu
