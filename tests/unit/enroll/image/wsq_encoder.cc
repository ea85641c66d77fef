#include "tests/unit/enroll/image/wsq_encoder.h"

#include <cmath>
#include <cstdlib>
#include <functional>

namespace taanu::test {
namespace {

// The right halves of the 9/7 analysis filters (part 3 of the specification), times 10^9.
constexpr int64_t kLow[] = {852698679, 377402856, -110624404, -23849465, 37828456};
constexpr int64_t kHigh[] = {788485616, -418092273, -40689418, 64538883};
constexpr double kUnit = 1e9;
constexpr double kShift = 127;

struct Band {
  int x, y, width, height;
};

class Writer {
 public:
  void Put8(uint32_t value) { bytes.push_back(static_cast<uint8_t>(value)); }
  void Put16(uint32_t value) {
    Put8(value >> 8);
    Put8(value & 0xFF);
  }
  void Put32(uint32_t value) {
    Put16(value >> 16);
    Put16(value & 0xFFFF);
  }
  void PutBits(uint32_t value, int count) {
    for (int i = count - 1; i >= 0; --i) {
      current_ = current_ << 1 | (value >> i & 1);
      if (++filled_ == 8) Flush();
    }
  }
  void Align() {
    while (filled_ != 0) PutBits(1, 1);
  }

  std::vector<uint8_t> bytes;

 private:
  void Flush() {
    Put8(current_ & 0xFF);
    if ((current_ & 0xFF) == 0xFF) Put8(0);
    current_ = 0;
    filled_ = 0;
  }

  uint32_t current_ = 0;
  int filled_ = 0;
};

class Encoder {
 public:
  Encoder(const std::vector<uint8_t>& pixels, int width, int height, const WsqOptions& options)
      : width_(width), height_(height), options_(options), plane_(pixels.begin(), pixels.end()) {
    for (double& value : plane_) value -= kShift;
  }

  std::vector<uint8_t> Run() {
    Analyse({0, 0, width_, height_}, false, false, "");
    Headers();
    size_t band = 0;
    for (const size_t block_end : {size_t{19}, size_t{52}, size_t{options_.diagonal ? 64U : 60U}}) {
      out_.Put16(0xFFA3);
      out_.Put16(3);
      out_.Put8(0);
      for (; band < block_end; ++band) CodeBand(bands_[band]);
      CodeZeros();
      out_.Align();
    }
    out_.Put16(0xFFA1);
    return out_.bytes;
  }

 private:
  double& At(int x, int y) { return plane_[static_cast<size_t>(y) * width_ + x]; }

  // Splits a band in four as the specification's tree does, or notes it as a subband: the
  // subbands are numbered depth first. `path` holds the quarters taken so far.
  void Analyse(const Band& b, bool turned_x, bool turned_y, const std::string& path) {
    const bool split = path.size() < 2 || path == "00" || path == "01" || path == "02" ||
                       (path.size() == 3 && path[0] == '0') || path == "0000";
    if (!split) {
      bands_.push_back(b);
      return;
    }
    for (int y = 0; y < b.height; ++y) {
      AnalyseLine(b.width, turned_x, [&](int i) -> double& { return At(b.x + i, b.y + y); });
    }
    for (int x = 0; x < b.width; ++x) {
      AnalyseLine(b.height, turned_y, [&](int i) -> double& { return At(b.x + x, b.y + i); });
    }
    const int left = turned_x ? b.width / 2 : (b.width + 1) / 2;
    const int top = turned_y ? b.height / 2 : (b.height + 1) / 2;
    Analyse({b.x, b.y, left, top}, false, false, path + "0");
    Analyse({b.x + left, b.y, b.width - left, top}, true, false, path + "1");
    Analyse({b.x, b.y + top, left, b.height - top}, false, true, path + "2");
    Analyse({b.x + left, b.y + top, b.width - left, b.height - top}, true, true, path + "3");
  }

  void AnalyseLine(int length, bool turned, const std::function<double&(int)>& at) {
    std::vector<double> in(static_cast<size_t>(length));
    for (int i = 0; i < length; ++i) in[i] = at(i);
    const auto mirrored = [&](int i) {
      while (i < 0 || i >= length) i = i < 0 ? -i : 2 * (length - 1) - i;
      return in[i];
    };
    std::vector<double> low;
    std::vector<double> high;
    for (int i = 0; i < length; i += 2) {
      double sum = 0;
      for (int j = -4; j <= 4; ++j) sum += kLow[std::abs(j)] / kUnit * mirrored(i + j);
      low.push_back(sum);
    }
    for (int i = 1; i < length; i += 2) {
      double sum = 0;
      for (int j = -3; j <= 3; ++j) sum += kHigh[std::abs(j)] / kUnit * mirrored(i + j);
      high.push_back(sum);
    }
    int out = 0;
    for (const auto* half : {turned ? &high : &low, turned ? &low : &high}) {
      for (const double value : *half) at(out++) = value;
    }
  }

  void PutCoefficient(int64_t value) {
    out_.Put8(value < 0 ? 1 : 0);
    out_.Put8(9);
    out_.Put32(static_cast<uint32_t>(std::abs(value)));
  }

  void Headers() {
    out_.Put16(0xFFA0);
    if (!options_.comment.empty()) {
      out_.Put16(0xFFA8);
      out_.Put16(static_cast<uint32_t>(options_.comment.size() + 2));
      out_.bytes.insert(out_.bytes.end(), options_.comment.begin(), options_.comment.end());
    }
    out_.Put16(0xFFA4);
    out_.Put16(58);
    out_.Put8(9);
    out_.Put8(7);
    for (const int64_t value : kLow) PutCoefficient(value);
    for (const int64_t value : kHigh) PutCoefficient(value);
    out_.Put16(0xFFA5);
    out_.Put16(389);
    out_.Put8(1);  // bin centre 0.5
    out_.Put16(5);
    for (int i = 0; i < 64; ++i) {
      const bool coded = i < 60 || options_.diagonal;
      for (int k = 0; k < 2; ++k) {
        out_.Put8(2);
        out_.Put16(coded ? static_cast<uint32_t>(options_.bin_hundredths) : 0);
      }
    }
    // Table 0: symbols 1 to 254, each a code of eight bits.
    out_.Put16(0xFFA6);
    out_.Put16(2 + 1 + 16 + 254);
    out_.Put8(0);
    for (int length = 1; length <= 16; ++length) out_.Put8(length == 8 ? 254 : 0);
    for (uint32_t symbol = 1; symbol <= 254; ++symbol) out_.Put8(symbol);
    out_.Put16(0xFFA2);
    out_.Put16(17);
    out_.Put8(0);
    out_.Put8(255);
    out_.Put16(static_cast<uint32_t>(height_));
    out_.Put16(static_cast<uint32_t>(width_));
    out_.Put8(0);
    out_.Put16(static_cast<uint32_t>(kShift));
    out_.Put8(0);
    out_.Put16(1);
    out_.Put8(2);
    out_.Put16(0);
  }

  void PutSymbol(uint32_t symbol, uint32_t operand = 0, int operand_bits = 0) {
    if (options_.restart_interval > 0 && symbols_ == options_.restart_interval) {
      out_.Align();
      out_.Put16(0xFFB0 + restarts_++ % 8);
      symbols_ = 0;
    }
    ++symbols_;
    out_.PutBits(symbol - 1, 8);
    out_.PutBits(operand, operand_bits);
  }

  void CodeBand(const Band& b) {
    const double bin = options_.bin_hundredths / 100.0;
    for (int y = 0; y < b.height; ++y) {
      for (int x = 0; x < b.width; ++x) {
        const double value = At(b.x + x, b.y + y);
        const int magnitude = static_cast<int>(std::floor(std::abs(value) / bin + 0.5));
        if (magnitude == 0) {
          ++zeros_;
        } else {
          CodeZeros();
          CodeValue(value < 0 ? -magnitude : magnitude);
        }
      }
    }
  }

  void CodeZeros() {
    while (zeros_ > 0) {
      const uint32_t run = std::min<uint32_t>(zeros_, 65535);
      if (run <= 100) {
        PutSymbol(run);
      } else if (run <= 255) {
        PutSymbol(105, run, 8);
      } else {
        PutSymbol(106, run, 16);
      }
      zeros_ -= run;
    }
  }

  void CodeValue(int value) {
    const auto magnitude = static_cast<uint32_t>(std::abs(value));
    if (value >= -73 && value <= 74) {
      PutSymbol(static_cast<uint32_t>(value + 180));
    } else if (magnitude <= 255) {
      PutSymbol(value > 0 ? 101 : 102, magnitude, 8);
    } else {
      PutSymbol(value > 0 ? 103 : 104, magnitude, 16);
    }
  }

  int width_;
  int height_;
  const WsqOptions& options_;
  std::vector<double> plane_;
  std::vector<Band> bands_;
  Writer out_;
  uint32_t zeros_ = 0;
  int symbols_ = 0;
  uint32_t restarts_ = 0;
};

}  // namespace

std::vector<uint8_t> EncodeWsq(const std::vector<uint8_t>& pixels, int width, int height,
                               const WsqOptions& options) {
  return Encoder(pixels, width, height, options).Run();
}

}  // namespace taanu::test
