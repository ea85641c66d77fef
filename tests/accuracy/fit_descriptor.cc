// fit_descriptor: makes matcher/gallery/descriptor_directions.inc, the directions of descriptor.h.
//
// The principal directions of the waves of all minutiae in the folders given, in FVC naming, as
// many as a descriptor has bits, each divided by the square root of the deviation along it, and
// then turned at random among themselves. The same directions come of the same prints.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "matcher/compare/prepared.h"
#include "matcher/gallery/descriptor.h"
#include "tests/accuracy/template_sets.h"

namespace taanu::accuracy {
namespace {

using gallery::kDescriptorBits;
using gallery::kWaves;

using Row = std::vector<double>;
using Matrix = std::vector<Row>;

double Dot(const Row& a, const Row& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// Turns rows p and q, and columns p and q of `square`, so that its element (p, q) becomes 0.
void Rotate(size_t p, size_t q, Matrix* square, Matrix* vectors) {
  Matrix& s = *square;
  if (s[p][q] == 0) return;
  const double ratio = (s[q][q] - s[p][p]) / (2 * s[p][q]);
  const double t = (ratio < 0 ? -1 : 1) / (std::abs(ratio) + std::sqrt(ratio * ratio + 1));
  const double c = 1 / std::sqrt(t * t + 1);
  const auto turn = [c, n = t * c](double* a, double* b) {
    const double old = *a;
    *a = c * old - n * *b;
    *b = n * old + c * *b;
  };
  for (size_t k = 0; k < s.size(); ++k) turn(&s[p][k], &s[q][k]);
  for (size_t k = 0; k < s.size(); ++k) turn(&s[k][p], &s[k][q]);
  for (size_t k = 0; k < s.size(); ++k) turn(&(*vectors)[p][k], &(*vectors)[q][k]);
}

// Jacobi's method: eigenvectors as rows, beside eigenvalues, the largest first.
std::vector<std::pair<double, Row>> EigenvectorsOf(Matrix square) {
  const size_t n = square.size();
  Matrix vectors(n, Row(n, 0));
  for (size_t k = 0; k < n; ++k) vectors[k][k] = 1;
  constexpr int kSweeps = 12;
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    for (size_t p = 0; p < n; ++p) {
      for (size_t q = p + 1; q < n; ++q) Rotate(p, q, &square, &vectors);
    }
  }
  std::vector<std::pair<double, Row>> found;
  for (size_t k = 0; k < n; ++k) found.emplace_back(square[k][k], vectors[k]);
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  return found;
}

// Orthonormal rows in random directions (Gram, Schmidt).
Matrix RandomTurn(size_t n) {
  std::mt19937_64 random(1);
  Matrix rows;
  for (size_t r = 0; r < n; ++r) {
    Row row(n, -6);  // nearly normal, with the deviation 1
    for (double& value : row) {
      for (int k = 0; k < 12; ++k) value += static_cast<double>(random() >> 11) * 0x1p-53;
    }
    for (const Row& other : rows) {
      const double common = Dot(row, other);
      for (size_t k = 0; k < n; ++k) row[k] -= common * other[k];
    }
    const double length = std::sqrt(Dot(row, row));
    for (double& value : row) value /= length;
    rows.push_back(std::move(row));
  }
  return rows;
}

struct Fitted {
  Row middle;
  Matrix directions;
};

Fitted Fit(const Matrix& all) {
  Fitted fitted{Row(kWaves, 0), Matrix(kDescriptorBits, Row(kWaves, 0))};
  for (const Row& own : all) {
    for (size_t k = 0; k < kWaves; ++k) {
      fitted.middle[k] += own[k] / static_cast<double>(all.size());
    }
  }
  Matrix spread(kWaves, Row(kWaves, 0));
  for (Row own : all) {
    for (size_t k = 0; k < kWaves; ++k) own[k] -= fitted.middle[k];
    for (size_t p = 0; p < kWaves; ++p) {
      for (size_t q = 0; q <= p; ++q) spread[p][q] += own[p] * own[q];
    }
  }
  for (size_t p = 0; p < kWaves; ++p) {
    for (size_t q = 0; q <= p; ++q) spread[q][p] = spread[p][q];
  }
  const auto principal = EigenvectorsOf(std::move(spread));
  const Matrix turn = RandomTurn(kDescriptorBits);
  for (size_t b = 0; b < kDescriptorBits; ++b) {
    for (size_t r = 0; r < kDescriptorBits; ++r) {
      const double share = turn[b][r] / std::sqrt(std::sqrt(principal[r].first));
      for (size_t k = 0; k < kWaves; ++k) {
        fitted.directions[b][k] += share * principal[r].second[k];
      }
    }
  }
  return fitted;
}

void Write(const Fitted& fitted) {
  double most = 0;
  for (const Row& row : fitted.directions) {
    for (const double value : row) most = std::max(most, std::abs(value));
  }
  for (Row row : fitted.directions) {
    for (double& value : row) value = std::floor(value * 127 / most + 0.5);
    std::printf("{%.0f,{", Dot(row, fitted.middle));
    for (const double value : row) std::printf("%.0f,", value);
    std::printf("}},\n");
  }
}

int Main(int argc, char** argv) {
  CLI::App app{"Makes the directions of the gallery's descriptors"};
  std::vector<std::string> folders;
  app.add_option("dir", folders, "Folders of templates in FVC naming, such as fvc2000/DB3_B")
      ->required();
  CLI11_PARSE(app, argc, argv);
  Matrix all;
  for (const std::string& folder : folders) {
    const auto sets = ReadTemplateSets(folder);
    if (!sets) {
      std::fprintf(stderr, "fit_descriptor: %s\n", sets.error().message.c_str());
      return 2;
    }
    for (const TemplateSet& set : *sets) {
      for (const Print& print : set.prints) {
        const std::vector<int16_t> waves = gallery::WavesOf(print.prepared.data());
        for (size_t at = 0; at < waves.size(); at += kWaves) {
          all.emplace_back(waves.begin() + static_cast<ptrdiff_t>(at),
                           waves.begin() + static_cast<ptrdiff_t>(at + kWaves));
        }
      }
    }
  }
  if (all.size() < 2 * kWaves) {
    std::fprintf(stderr, "fit_descriptor: too few minutiae; name folders of templates\n");
    return 2;
  }
  std::printf("// Made by fit_descriptor in tests/accuracy, of %zu minutiae; see descriptor.h.\n",
              all.size());
  Write(Fit(all));
  return 0;
}

}  // namespace
}  // namespace taanu::accuracy

int main(int argc, char** argv) { return taanu::accuracy::Main(argc, argv); }
