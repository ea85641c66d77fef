// What goes wrong when a finger is captured, done to the image of a print: for tests that ask
// whether the extractor names the fault.
//
// Prints are dark ridges on a light ground at about 500 dpi. Deterministic.
#pragma once

#include <algorithm>
#include <cstdint>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "enroll/image/image.h"

namespace taanu::test {

inline cv::Mat ToMat(const GrayImage& image) {
  cv::Mat mat(image.height, image.width, CV_8U);
  std::copy(image.pixels.begin(), image.pixels.end(), mat.data);
  return mat;
}

inline GrayImage ToImage(const cv::Mat& mat, double dpi) {
  GrayImage image{mat.cols, mat.rows, dpi, {}};
  image.pixels.assign(mat.datastart, mat.dataend);
  return image;
}

// The grey of the sensor where nothing touches it: that of most of the lighter pixels.
inline int GroundOf(const cv::Mat& mat) {
  cv::Mat sorted;
  cv::sort(mat.clone().reshape(1, 1), sorted, cv::SORT_EVERY_ROW);
  return sorted.at<uint8_t>(0, sorted.cols * 9 / 10);
}

// Noise of the sensor, or of the skin at a size of `sigma` pixels: mean 0, deviation 1.
inline cv::Mat Noise(cv::Size size, double sigma, uint64_t seed) {
  cv::Mat noise(size, CV_32F);
  cv::RNG random(seed);
  random.fill(noise, cv::RNG::NORMAL, 0, 1);
  if (sigma > 0) {
    cv::GaussianBlur(noise, noise, {}, sigma);
    cv::Scalar mean;
    cv::Scalar deviation;
    cv::meanStdDev(noise, mean, deviation);
    noise = (noise - mean[0]) / deviation[0];
  }
  return noise;
}

// Where ridges are: a smooth cover of all that is darker or lighter than the ground around it.
inline cv::Mat FingerMask(const cv::Mat& mat) {
  cv::Mat grey;
  mat.convertTo(grey, CV_32F);
  cv::Mat mean;
  cv::Mat square;
  cv::GaussianBlur(grey, mean, {}, 6);
  cv::GaussianBlur(grey.mul(grey), square, {}, 6);
  cv::Mat mask = square - mean.mul(mean) > 14.0 * 14.0;
  cv::morphologyEx(mask, mask, cv::MORPH_OPEN, cv::Mat::ones(25, 25, CV_8U));
  return mask;
}

inline cv::Point CentreOf(const cv::Mat& mask) {
  const cv::Moments m = cv::moments(mask, true);
  if (m.m00 <= 0) return {mask.cols / 2, mask.rows / 2};
  return {static_cast<int>(m.m10 / m.m00), static_cast<int>(m.m01 / m.m00)};
}

// A dry finger touches with the crests of its ridges alone, and not with all of them: thin, faint,
// broken lines.
inline GrayImage MakeDry(const GrayImage& image, uint64_t seed) {
  const cv::Mat mat = ToMat(image);
  const double ground = GroundOf(mat);
  cv::Mat thin;
  cv::dilate(mat, thin, cv::getStructuringElement(cv::MORPH_ELLIPSE, {3, 3}));
  thin.convertTo(thin, CV_32F);
  // Where skin touches varies from pore to pore, and from one part of the finger to another.
  const cv::Mat pores = Noise(mat.size(), 2.0, seed);
  const cv::Mat parts = Noise(mat.size(), 12.0, seed + 1);
  cv::Mat touch = pores + 0.6 * parts;
  touch = cv::max(0.0, cv::min(1.0, 0.5 * touch + 0.25));
  cv::Mat dry = ground + (thin - ground).mul(touch) + 2.0 * Noise(mat.size(), 0, seed + 2);
  dry.convertTo(dry, CV_8U);
  return ToImage(dry, image.dpi);
}

// On a wet finger, or one pressed hard, the valleys fill: broad dark ridges that run together.
inline GrayImage MakeWet(const GrayImage& image, uint64_t seed) {
  const cv::Mat mat = ToMat(image);
  cv::Mat broad;
  cv::erode(mat, broad, cv::getStructuringElement(cv::MORPH_ELLIPSE, {5, 5}));
  cv::GaussianBlur(broad, broad, {}, 1.0);
  broad.convertTo(broad, CV_32F);
  cv::Mat dark;
  cv::erode(mat, dark, cv::getStructuringElement(cv::MORPH_ELLIPSE, {15, 15}));
  cv::GaussianBlur(dark, dark, {}, 5.0);
  dark.convertTo(dark, CV_32F);
  cv::Mat water = cv::max(0.0, cv::min(1.0, 0.35 * Noise(mat.size(), 10.0, seed) + 0.65));
  cv::Mat wet = broad + (dark - broad).mul(water) + 2.0 * Noise(mat.size(), 0, seed + 2);
  wet.convertTo(wet, CV_8U);
  return ToImage(wet, image.dpi);
}

// Only a tip of the finger touches, in the middle of the sensor: a disc of so many millimetres.
inline GrayImage MakeSmall(const GrayImage& image, double diameter_mm, uint64_t seed) {
  const cv::Mat mat = ToMat(image);
  const cv::Point at = CentreOf(FingerMask(mat));
  cv::Mat touch = cv::Mat::zeros(mat.size(), CV_32F);
  const int radius = static_cast<int>(diameter_mm / 2 / 25.4 * image.dpi);
  cv::circle(touch, at, radius, 1.0, cv::FILLED);
  cv::GaussianBlur(touch, touch, {}, 3);
  cv::Mat grey;
  mat.convertTo(grey, CV_32F);
  const double ground = GroundOf(mat);
  cv::Mat small = ground + (grey - ground).mul(touch) + 1.5 * Noise(mat.size(), 0, seed);
  small.convertTo(small, CV_8U);
  return ToImage(small, image.dpi);
}

// The finger lies at the border of the sensor, `left_mm` of it left on the image.
inline GrayImage MakeOffCentre(const GrayImage& image, double left_mm, uint64_t seed) {
  const cv::Mat mat = ToMat(image);
  const cv::Rect finger = cv::boundingRect(FingerMask(mat));
  const int shift = finger.x + finger.width - static_cast<int>(left_mm / 25.4 * image.dpi);
  cv::Mat moved(mat.size(), CV_32F, cv::Scalar(GroundOf(mat)));
  moved += 1.5 * Noise(mat.size(), 0, seed);
  moved.convertTo(moved, CV_8U);
  mat(cv::Rect(shift, 0, mat.cols - shift, mat.rows))
      .copyTo(moved(cv::Rect(0, 0, mat.cols - shift, mat.rows)));
  return ToImage(moved, image.dpi);
}

// The finger slid while it was captured: ridges doubled and drawn out.
inline GrayImage MakeSmudged(const GrayImage& image, uint64_t seed) {
  const cv::Mat mat = ToMat(image);
  cv::Mat sum = cv::Mat::zeros(mat.size(), CV_32F);
  constexpr int kSteps = 7;
  for (int i = 0; i < kSteps; ++i) {
    const double t = static_cast<double>(i) / (kSteps - 1);
    cv::Mat turn = cv::getRotationMatrix2D(CentreOf(FingerMask(mat)), 14 * t, 1);
    turn.at<double>(0, 2) += 14 * t;
    turn.at<double>(1, 2) += 9 * t;
    cv::Mat moved;
    cv::warpAffine(mat, moved, turn, mat.size(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    cv::accumulate(moved, sum);
  }
  cv::Mat smudged = sum / kSteps + 2.0 * Noise(mat.size(), 0, seed);
  smudged.convertTo(smudged, CV_8U);
  return ToImage(smudged, image.dpi);
}

// Nothing on the sensor but its own noise.
inline GrayImage MakeBlank(const GrayImage& image, uint64_t seed) {
  const cv::Mat mat = ToMat(image);
  cv::Mat blank = GroundOf(mat) + 1.5 * Noise(mat.size(), 0, seed);
  blank.convertTo(blank, CV_8U);
  return ToImage(blank, image.dpi);
}

}  // namespace taanu::test
