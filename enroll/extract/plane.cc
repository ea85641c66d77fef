#include "enroll/extract/plane.h"

#include <algorithm>
#include <cmath>

namespace taanu::extract {
namespace {

void BlurRow(const float* in, float* out, int width, int radius) {
  // A double accumulator, so that adding and subtracting along a row of 2,000 loses nothing.
  double sum = 0;
  for (int x = 0; x < std::min(radius, width); ++x) sum += static_cast<double>(in[x]);
  for (int x = 0; x < width; ++x) {
    if (x + radius < width) sum += static_cast<double>(in[x + radius]);
    if (x - radius - 1 >= 0) sum -= static_cast<double>(in[x - radius - 1]);
    const int count = std::min(x + radius, width - 1) - std::max(x - radius, 0) + 1;
    out[x] = static_cast<float>(sum / count);
  }
}

void BlurColumns(const Plane& in, Plane* out, int radius) {
  const int width = in.width;
  const int height = in.height;
  std::vector<double> sum(static_cast<size_t>(width), 0.0);
  const auto add = [&](int y, double sign) {
    const float* row = in.row(y);
    for (int x = 0; x < width; ++x)
      sum[static_cast<size_t>(x)] += sign * static_cast<double>(row[x]);
  };
  for (int y = 0; y < std::min(radius, height); ++y) add(y, 1);
  for (int y = 0; y < height; ++y) {
    if (y + radius < height) add(y + radius, 1);
    if (y - radius - 1 >= 0) add(y - radius - 1, -1);
    const int count = std::min(y + radius, height - 1) - std::max(y - radius, 0) + 1;
    const double scale = 1.0 / count;
    float* row = out->row(y);
    for (int x = 0; x < width; ++x)
      row[x] = static_cast<float>(sum[static_cast<size_t>(x)] * scale);
  }
}

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
  Plane other(plane->width, plane->height);
  for (int pass = 0; pass < passes; ++pass) {
    for (int y = 0; y < plane->height; ++y)
      BlurRow(plane->row(y), other.row(y), plane->width, radius);
    BlurColumns(other, plane, radius);
  }
}

Plane CellSums(const Plane& plane, int cell) {
  Plane sums((plane.width + cell - 1) / cell, (plane.height + cell - 1) / cell);
  for (int y = 0; y < plane.height; ++y) {
    const float* in = plane.row(y);
    float* out = sums.row(y / cell);
    for (int x = 0; x < plane.width; ++x) out[x / cell] += in[x];
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

void AbsorbSmallRegions(Plane* mask, float other, float value, int limit, bool keep_border) {
  const int width = mask->width;
  const int height = mask->height;
  std::vector<uint8_t> seen(mask->data.size(), 0);
  std::vector<int> region;
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
    if (static_cast<int>(region.size()) >= limit || (keep_border && at_border)) continue;
    for (const int i : region) mask->data[static_cast<size_t>(i)] = value;
  }
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
