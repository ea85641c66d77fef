#include "enroll/extract/plane.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace taanu::extract {
namespace {

// Rows are blurred several at once: the sums along each are independent, so that the additions of
// one need not wait for those of another.
constexpr int kRowsAtOnce = 4;

template <int kRows>
void BlurRows(const std::array<const float*, kRows>& from, const std::array<float*, kRows>& to,
              int width, int radius) {
  // A double accumulator, so that adding and subtracting along a row of 2,000 loses nothing.
  double sum[kRows] = {};
  for (int r = 0; r < kRows; ++r) {
    for (int x = 0; x < std::min(radius, width); ++x) sum[r] += static_cast<double>(from[r][x]);
  }
  const auto step = [&](int x, bool enters, bool leaves) {
    const int count = std::min(x + radius, width - 1) - std::max(x - radius, 0) + 1;
    for (int r = 0; r < kRows; ++r) {
      if (enters) sum[r] += static_cast<double>(from[r][x + radius]);
      if (leaves) sum[r] -= static_cast<double>(from[r][x - radius - 1]);
      to[r][x] = static_cast<float>(sum[r] / count);
    }
  };
  // Near the ends of a row nothing leaves the window yet, or nothing enters it any more.
  const int entering = std::max(0, width - radius);
  const int whole = std::min(radius + 1, entering);
  int x = 0;
  for (; x < whole; ++x) step(x, true, false);
  for (; x < entering; ++x) step(x, true, true);
  for (; x < width; ++x) step(x, false, x - radius - 1 >= 0);
}

// One pass of a box filter, in place. Only the rows under the window are kept blurred along x, so
// that they stay in the cache and no second plane is needed.
class BoxPass {
 public:
  BoxPass(Plane* plane, int radius)
      : plane_(*plane),
        radius_(radius),
        kept_(2 * radius + 2 + kRowsAtOnce),
        rows_(static_cast<size_t>(kept_) * static_cast<size_t>(plane->width)),
        sums_(static_cast<size_t>(plane->width)) {}

  void Run() {
    blurred_ = 0;
    std::fill(sums_.begin(), sums_.end(), 0.0);
    const int width = plane_.width;
    const int height = plane_.height;
    double* const sum = sums_.data();
    for (int y = 0; y < std::min(radius_, height); ++y) {
      const float* enters = Blurred(y);
      for (int x = 0; x < width; ++x) sum[x] += static_cast<double>(enters[x]);
    }
    for (int y = 0; y < height; ++y) {
      const int count = std::min(y + radius_, height - 1) - std::max(y - radius_, 0) + 1;
      const double scale = 1.0 / count;
      const float* enters = y + radius_ < height ? Blurred(y + radius_) : nullptr;
      const float* leaves = y - radius_ - 1 >= 0 ? Kept(y - radius_ - 1) : nullptr;
      float* row = plane_.row(y);
      if (enters != nullptr && leaves != nullptr) {
        for (int x = 0; x < width; ++x) {
          sum[x] = sum[x] + static_cast<double>(enters[x]) - static_cast<double>(leaves[x]);
          row[x] = static_cast<float>(sum[x] * scale);
        }
        continue;
      }
      for (int x = 0; x < width; ++x) {
        if (enters != nullptr) sum[x] += static_cast<double>(enters[x]);
        if (leaves != nullptr) sum[x] -= static_cast<double>(leaves[x]);
        row[x] = static_cast<float>(sum[x] * scale);
      }
    }
  }

 private:
  float* Kept(int y) { return rows_.data() + ptrdiff_t{y % kept_} * plane_.width; }

  // Row y blurred along x; the rows before it have been asked for already.
  const float* Blurred(int y) {
    while (blurred_ <= y) {
      if (blurred_ + kRowsAtOnce <= plane_.height) {
        Blur<kRowsAtOnce>();
      } else {
        Blur<1>();
      }
    }
    return Kept(y);
  }

  template <int kRows>
  void Blur() {
    std::array<const float*, kRows> from;
    std::array<float*, kRows> to;
    for (size_t r = 0; r < kRows; ++r) {
      from[r] = plane_.row(blurred_);
      to[r] = Kept(blurred_);
      ++blurred_;
    }
    BlurRows<kRows>(from, to, plane_.width, radius_);
  }

  Plane& plane_;
  const int radius_;
  const int kept_;
  std::vector<float> rows_;  // row y of the plane is at y modulo kept_
  std::vector<double> sums_;
  int blurred_ = 0;  // rows so far
};

// For each output index, the first input index and the weights of the triangle filter.
struct Taps {
  int first = 0;
  std::vector<float> weights;
};

std::vector<Taps> TriangleTaps(int in_size, int out_size, double scale) {
  const double reach = std::max(1.0, 1.0 / scale);
  std::vector<Taps> all(static_cast<size_t>(out_size));
  for (int i = 0; i < out_size; ++i) {
    const double centre = (i + 0.5) / scale - 0.5;
    Taps& taps = all[static_cast<size_t>(i)];
    taps.first = std::clamp(static_cast<int>(std::ceil(centre - reach)), 0, in_size - 1);
    const int last =
        std::clamp(static_cast<int>(std::floor(centre + reach)), taps.first, in_size - 1);
    double sum = 0;
    for (int j = taps.first; j <= last; ++j) {
      const double weight = std::max(1e-6, 1.0 - std::abs(j - centre) / reach);
      taps.weights.push_back(static_cast<float>(weight));
      sum += weight;
    }
    for (float& weight : taps.weights)
      weight = static_cast<float>(static_cast<double>(weight) / sum);
  }
  return all;
}

}  // namespace

void BoxBlur(Plane* plane, int radius, int passes) {
  BoxPass pass(plane, radius);
  for (int i = 0; i < passes; ++i) pass.Run();
}

Plane CellSums(const Plane& plane, int cell) {
  Plane sums((plane.width + cell - 1) / cell, (plane.height + cell - 1) / cell);
  for (int y = 0; y < plane.height; ++y) {
    const float* in = plane.row(y);
    float* out = sums.row(y / cell);
    for (int start = 0; start < plane.width; start += cell, ++out) {
      const int end = std::min(start + cell, plane.width);
      for (int x = start; x < end; ++x) *out += in[x];
    }
  }
  return sums;
}

Plane Resample(const uint8_t* pixels, ptrdiff_t stride, int width, int height, double scale) {
  const int out_width = std::max(1, static_cast<int>(std::lround(width * scale)));
  const int out_height = std::max(1, static_cast<int>(std::lround(height * scale)));
  const std::vector<Taps> columns = TriangleTaps(width, out_width, scale);
  const std::vector<Taps> rows = TriangleTaps(height, out_height, scale);
  Plane narrow(out_width, height);
  for (int y = 0; y < height; ++y) {
    const uint8_t* in = pixels + y * stride;
    float* out = narrow.row(y);
    for (int x = 0; x < out_width; ++x) {
      const Taps& taps = columns[static_cast<size_t>(x)];
      float sum = 0;
      for (size_t i = 0; i < taps.weights.size(); ++i) {
        sum += taps.weights[i] * static_cast<float>(in[static_cast<size_t>(taps.first) + i]);
      }
      out[x] = sum;
    }
  }
  Plane out(out_width, out_height);
  for (int y = 0; y < out_height; ++y) {
    const Taps& taps = rows[static_cast<size_t>(y)];
    float* to = out.row(y);
    for (size_t i = 0; i < taps.weights.size(); ++i) {
      const float* from = narrow.row(taps.first + static_cast<int>(i));
      const float weight = taps.weights[i];
      for (int x = 0; x < out_width; ++x) to[x] += weight * from[x];
    }
  }
  return out;
}

int AbsorbSmallRegions(Plane* mask, float other, float value, int limit, bool keep_border) {
  const int width = mask->width;
  const int height = mask->height;
  std::vector<uint8_t> seen(mask->data.size(), 0);
  std::vector<int> region;
  int largest = 0;
  for (int start = 0; start < width * height; ++start) {
    if (seen[static_cast<size_t>(start)] != 0 || mask->data[static_cast<size_t>(start)] != other)
      continue;
    region.assign(1, start);
    seen[static_cast<size_t>(start)] = 1;
    bool at_border = false;
    for (size_t i = 0; i < region.size(); ++i) {
      const int x = region[i] % width;
      const int y = region[i] / width;
      at_border |= x == 0 || y == 0 || x == width - 1 || y == height - 1;
      const auto visit = [&](int nx, int ny) {
        if (nx < 0 || ny < 0 || nx >= width || ny >= height) return;
        const int n = ny * width + nx;
        if (seen[static_cast<size_t>(n)] != 0 || mask->data[static_cast<size_t>(n)] != other)
          return;
        seen[static_cast<size_t>(n)] = 1;
        region.push_back(n);
      };
      visit(x - 1, y);
      visit(x + 1, y);
      visit(x, y - 1);
      visit(x, y + 1);
    }
    largest = std::max(largest, static_cast<int>(region.size()));
    if (static_cast<int>(region.size()) >= limit || (keep_border && at_border)) continue;
    for (const int i : region) mask->data[static_cast<size_t>(i)] = value;
  }
  return largest;
}

float Bilinear(const Plane& plane, float x, float y) {
  const float cx = std::clamp(x, 0.0F, static_cast<float>(plane.width - 1));
  const float cy = std::clamp(y, 0.0F, static_cast<float>(plane.height - 1));
  const int x0 = std::min(static_cast<int>(cx), std::max(plane.width - 2, 0));
  const int y0 = std::min(static_cast<int>(cy), std::max(plane.height - 2, 0));
  const int x1 = std::min(x0 + 1, plane.width - 1);
  const int y1 = std::min(y0 + 1, plane.height - 1);
  const float fx = cx - static_cast<float>(x0);
  const float fy = cy - static_cast<float>(y0);
  const float top = plane.at(x0, y0) * (1 - fx) + plane.at(x1, y0) * fx;
  const float bottom = plane.at(x0, y1) * (1 - fx) + plane.at(x1, y1) * fx;
  return top * (1 - fy) + bottom * fy;
}

}  // namespace taanu::extract
