// The stages one by one, where an error would be hard to see in the minutiae.
#include "enroll/extract/stages.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "enroll/extract/filter_cell.h"
#include "tests/unit/enroll/extract/ridges.h"

namespace taanu::extract {
namespace {

Bitmap FromPicture(const std::vector<std::string>& rows) {
  Bitmap bitmap(static_cast<int>(rows[0].size()), static_cast<int>(rows.size()));
  for (int y = 0; y < bitmap.height; ++y) {
    for (int x = 0; x < bitmap.width; ++x) {
      bitmap.data[bitmap.index(x, y)] =
          rows[static_cast<size_t>(y)][static_cast<size_t>(x)] == '#' ? 1 : 0;
    }
  }
  return bitmap;
}

int Count(const RidgeGraph& graph, size_t lines) {
  int count = 0;
  for (const RidgeGraph::Node& node : graph.nodes) count += node.lines.size() == lines ? 1 : 0;
  return count;
}

Orientation Horizontal(int width, int height) {
  const int columns = (width + kCell - 1) / kCell;
  const int rows = (height + kCell - 1) / kCell;
  return {Plane(columns, rows, 1), Plane(columns, rows, 0), Plane(columns, rows, 1)};
}

TEST(Stages, BoxBlurKeepsAConstantAndSpreadsAPoint) {
  Plane constant(17, 9, 3.5F);
  BoxBlur(&constant, 4, 3);
  for (const float value : constant.data) EXPECT_FLOAT_EQ(value, 3.5F);
  Plane point(21, 21);
  point.at(10, 10) = 25;
  BoxBlur(&point, 2, 1);
  EXPECT_FLOAT_EQ(point.at(10, 10), 1);
  EXPECT_FLOAT_EQ(point.at(12, 8), 1);
  EXPECT_FLOAT_EQ(point.at(13, 10), 0);
}

TEST(Stages, BoxBlurWiderThanThePlaneIsTheMean) {
  Plane plane(3, 2);
  plane.data = {1, 2, 3, 4, 5, 6};
  BoxBlur(&plane, 10, 1);
  for (const float value : plane.data) EXPECT_FLOAT_EQ(value, 3.5F);
}

TEST(Stages, OrientationIsThatOfTheRidges) {
  for (int step = 0; step < 12; ++step) {
    test::RidgePattern pattern;
    pattern.angle = static_cast<double>(kPi) * step / 12;
    const Stages stages = ExtractStages(test::Render(pattern, 500));
    const float angle = stages.orientation.AngleAt(200, 200);
    const double off =
        std::remainder(static_cast<double>(angle) - pattern.angle, static_cast<double>(kPi));
    EXPECT_LT(std::abs(off), 0.03) << step;
  }
}

TEST(Stages, PeriodIsThatOfTheRidges) {
  for (const double period : {5.5, 7.0, 9.0, 11.5, 14.0}) {
    test::RidgePattern pattern;
    pattern.period_um = period * 50.8;
    const Stages stages = ExtractStages(test::Render(pattern, 500));
    EXPECT_NEAR(stages.frequency.typical, period, 0.06 * period);
    EXPECT_NEAR(stages.frequency.period.at(50, 50), period, 0.06 * period);
  }
}

TEST(Stages, FilterGivesTheSumOfProductsOnEveryTarget) {
  constexpr int kSide = 24;
  std::vector<float> image(static_cast<size_t>(kSide * kSide));
  for (size_t i = 0; i < image.size(); ++i) image[i] = static_cast<float>(i * 37 % 101) - 50;
  // Element (x, y) is followed by the three below it.
  std::vector<float> columns(static_cast<size_t>(kSide * kSide * 4));
  for (int y = 0; y + 3 < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      for (int r = 0; r < 4; ++r) {
        columns[static_cast<size_t>((y * kSide + x) * 4 + r)] =
            image[static_cast<size_t>((y + r) * kSide + x)];
      }
    }
  }
  const std::vector<float> taps = {1, -2, 3, 0.5F, 0.25F, -1};
  const TapRow rows[] = {{-2, -1, 0, 4}, {3, 2, 4, 2}};
  float out[kFilterCell];
  FilterCell(columns.data() + (8 * kSide + 8) * 4, kSide * 4, rows, 2, taps.data(), out);
  for (int x = 0; x < 4; ++x) {
    for (int y = 0; y < 4; ++y) {
      float expected = 0;
      for (const TapRow& row : rows) {
        for (int i = 0; i < row.count; ++i) {
          expected += taps[static_cast<size_t>(row.first + i)] *
                      image[static_cast<size_t>((8 + y + row.dy) * kSide + 8 + x + row.dx + i)];
        }
      }
      EXPECT_NEAR(out[x * 4 + y], expected, 1e-3) << x << "," << y;
    }
  }
}

TEST(Stages, ThinningKeepsConnectionsAndEnds) {
  Bitmap bitmap =
      FromPicture({"                    ", "  ################  ", "  ################  ",
                   "  ################  ", "         ###        ", "         ###        ",
                   "         ###        ", "         ###        ", "                    "});
  Thin(&bitmap);
  const RidgeGraph graph = BuildRidgeGraph(bitmap);
  EXPECT_EQ(Count(graph, 1), 3);
  EXPECT_EQ(Count(graph, 3), 1);
  EXPECT_EQ(graph.lines.size(), 3U);
}

TEST(Stages, ThinningASolidImageEnds) {
  Bitmap bitmap(200, 150);
  for (int y = 0; y < 150; ++y) {
    for (int x = 0; x < 200; ++x) bitmap.data[bitmap.index(x, y)] = 1;
  }
  Thin(&bitmap);
  int left = 0;
  for (const uint8_t pixel : bitmap.data) left += pixel;
  EXPECT_GT(left, 0);
  EXPECT_LT(left, 400);
}

TEST(Stages, GraphOfEveryTinyPictureIsConsistent) {
  // All 2^12 pictures of 4 x 3 pixels: every line has its ends at nodes that know it.
  for (unsigned code = 0; code < 4096; ++code) {
    Bitmap bitmap(4, 3);
    for (int i = 0; i < 12; ++i) {
      bitmap.data[bitmap.index(i % 4, i / 4)] = static_cast<uint8_t>(code >> i & 1);
    }
    RidgeGraph graph = BuildRidgeGraph(bitmap);
    CleanRidges(Horizontal(4, 3), 9, &graph);
    size_t ends = 0;
    for (const RidgeGraph::Node& node : graph.nodes) ends += node.lines.size();
    size_t lines = 0;
    for (const RidgeGraph::Line& line : graph.lines) lines += line.points.empty() ? 0 : 1;
    ASSERT_EQ(ends, 2 * lines) << code;
  }
}

TEST(Stages, SpursBridgesBreaksLakesAndIslandsAreRemoved) {
  const std::vector<std::string> rows = {
      "                                                            ",
      "                   #                                        ",
      "                   #                                        ",
      "                   #                                        ",
      "############################################################",
      "                                          #                 ",
      "                                          #                 ",
      "                                          #                 ",
      "                                          #                 ",
      "                                          #                 ",
      "                                          #                 ",
      "############################################################",
      "                                                            ",
      "                                                            ",
      "             #######                                        ",
      "                                                            ",
      "                                                            ",
      "############################     ###########################",
      "                                                            ",
      "                                                            ",
      "                       #####                                ",
      "                      #     #                               ",
      "######################       ###############################",
      "                      #     #                               ",
      "                       #####                                ",
      "                                                            "};
  RidgeGraph graph = BuildRidgeGraph(FromPicture(rows));
  CleanRidges(Horizontal(60, 26), 9, &graph);
  // Four plain ridges from side to side are left.
  EXPECT_EQ(Count(graph, 1), 8);
  EXPECT_EQ(Count(graph, 3), 0);
  size_t lines = 0;
  for (const RidgeGraph::Line& line : graph.lines) lines += line.points.empty() ? 0 : 1;
  EXPECT_EQ(lines, 4U);
}

TEST(Stages, TrueEndingAndBifurcationStay) {
  const std::vector<std::string> rows = {
      "                                                            ",
      "##############################                              ",
      "                                                            ",
      "                                                            ",
      "                              ##############################",
      "                             #                              ",
      "                            #                               ",
      "                           #                                ",
      "                          #                                 ",
      "############################################################",
      "                                                            "};
  RidgeGraph graph = BuildRidgeGraph(FromPicture(rows));
  CleanRidges(Horizontal(60, 11), 9, &graph);
  EXPECT_EQ(Count(graph, 1), 5);
  EXPECT_EQ(Count(graph, 3), 1);
}

}  // namespace
}  // namespace taanu::extract
