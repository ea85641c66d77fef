// search_worst_case: looks for the two valid templates whose comparison takes the longest.
//
// First at random, over structured families and how the reference follows from the probe; then by
// hill climbing from the worst pair of each family, moving, turning, copying and scaling minutiae.
// Times are of the thread's processor, the least of some repetitions, so that what else the machine
// does counts little.
//
//   search_worst_case --seconds 120 --save DIR     writes DIR/probe.iso and DIR/reference.iso
//   search_worst_case --measure PROBE REFERENCE    times a pair that was kept
#include <hwy/targets.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "matcher/codec/codec.h"
#include "matcher/compare/comparator.h"
#include "matcher/compare/kernels.h"
#include "tests/bench/worst_case_families.h"
#include "tests/support/kernel_target.h"

namespace taanu::bench {
namespace {

using test::Random;

double ThreadMs() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e3 * static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_nsec);
}

// The least of `repetitions` times of a call.
template <typename Call>
double LeastMs(int repetitions, Call call) {
  double least = 1e18;
  for (int k = 0; k < repetitions; ++k) {
    const double start = ThreadMs();
    call();
    least = std::min(least, ThreadMs() - start);
  }
  return least;
}

struct Case {
  std::string how;
  FingerView probe;
  FingerView reference;
  double ms = 0;
};

void Measure(Comparator* comparator, int repetitions, Case* c) {
  const Prepared probe(c->probe);
  const Prepared reference(c->reference);
  c->ms = LeastMs(repetitions, [&] { comparator->Compare(probe, reference); });
}

void Jitter(Random* random, int distance_um, int directions, FingerView* view) {
  for (Minutia& m : view->minutiae) {
    m.x_um += random->Between(-distance_um, distance_um);
    m.y_um += random->Between(-distance_um, distance_um);
    m.angle =
        static_cast<uint16_t>(m.angle + random->Between(-directions, directions) * kDirectionStep);
  }
}

Case Draw(const Family& family, Random* random) {
  Case c;
  c.how = family.name;
  c.probe = family.make(random);
  switch (random->Below(4)) {
    case 0:
      c.reference = c.probe;
      c.how += ", itself";
      break;
    case 1:
      c.reference = c.probe;
      Jitter(random, random->Between(1, 600), random->Below(16), &c.reference);
      c.how += ", a mate";
      break;
    case 2:
      c.reference = family.make(random);
      c.how += ", another of the family";
      break;
    default: {
      const Family& other = Families()[random->Next() % Families().size()];
      c.reference = other.make(random);
      c.how += std::string(", ") + other.name;
    }
  }
  MakeValid(&c.probe);
  MakeValid(&c.reference);
  return c;
}

// Changes some minutiae of a view that has any, in one of some ways.
void Mutate(Random* random, FingerView* view) {
  auto& minutiae = view->minutiae;
  const auto any = [&] { return random->Next() % minutiae.size(); };
  const int some = 1 << random->Below(7);
  const int reach = 10 << random->Below(10);
  switch (random->Below(7)) {
    case 0:  // moves some
      for (int k = 0; k < some; ++k) {
        Minutia& m = minutiae[any()];
        m.x_um += random->Between(-reach, reach);
        m.y_um += random->Between(-reach, reach);
      }
      break;
    case 1:  // turns some
      for (int k = 0; k < some; ++k) {
        minutiae[any()].angle = static_cast<uint16_t>(random->Below(256) * kDirectionStep);
      }
      break;
    case 2:  // puts some beside others
      for (int k = 0; k < some; ++k) {
        const Minutia m = minutiae[any()];
        Minutia& other = minutiae[any()];
        other = m;
        other.x_um += random->Between(-reach, reach);
        other.y_um += random->Between(-reach, reach);
      }
      break;
    case 3: {  // scales everything
      const int percent = random->Between(60, 160);
      for (Minutia& m : minutiae) {
        m.x_um = static_cast<int32_t>(int64_t{m.x_um} * percent / 100);
        m.y_um = static_cast<int32_t>(int64_t{m.y_um} * percent / 100);
      }
      break;
    }
    case 4:  // jitters everything
      Jitter(random, reach / 4, random->Below(4), view);
      break;
    case 5:  // gives many the direction of one
      for (int k = 0; k < some; ++k) minutiae[any()].angle = minutiae[0].angle;
      break;
    default:  // adds as many as there is room for
      while (minutiae.size() < kMinutiaeMax) {
        Minutia m = minutiae[any()];
        m.x_um += random->Between(-reach, reach);
        m.y_um += random->Between(-reach, reach);
        minutiae.push_back(m);
      }
  }
  MakeValid(view);
}

Case Changed(const Case& from, Random* random) {
  Case to = from;
  switch (random->Below(8)) {
    case 0:
      to.reference = to.probe;
      break;
    case 1:
      to.reference = to.probe;
      Mutate(random, &to.reference);
      break;
    case 2:
    case 3:
    case 4:
      Mutate(random, &to.probe);
      break;
    default:
      Mutate(random, &to.reference);
  }
  return to;
}

class Search {
 public:
  Search(uint64_t seed, double seconds) : random_(seed), budget_ms_(1e3 * seconds) {}

  Case Run() {
    const double start = ThreadMs();
    std::vector<Case> worst(Families().size());
    std::vector<int> tried(worst.size());
    for (size_t k = 0; ThreadMs() - start < 0.4 * budget_ms_; k = (k + 1) % worst.size()) {
      Case drawn = Draw(Families()[k], &random_);
      Measure(&comparator_, 2, &drawn);
      ++tried[k];
      if (drawn.ms > worst[k].ms) worst[k] = std::move(drawn);
    }
    for (size_t k = 0; k < worst.size(); ++k) {
      if (tried[k] == 0) continue;
      Measure(&comparator_, 15, &worst[k]);
      std::printf("%-10s %7d at random, worst %.3f ms (%s; %zu and %zu minutiae)\n",
                  Families()[k].name, tried[k], worst[k].ms, worst[k].how.c_str(),
                  worst[k].probe.minutiae.size(), worst[k].reference.minutiae.size());
    }
    std::sort(worst.begin(), worst.end(), [](const Case& a, const Case& b) { return a.ms > b.ms; });
    // Half of the rest for the worst, the other half for those after it.
    const double climb_ms = 0.6 * budget_ms_;
    Case best = Climb(worst[0], climb_ms / 2);
    for (size_t k = 1; k < 4; ++k) {
      Case other = Climb(worst[k], climb_ms / 6);
      if (other.ms > best.ms) best = std::move(other);
    }
    Measure(&comparator_, 50, &best);
    return best;
  }

 private:
  Case Climb(Case from, double milliseconds) {
    const double start = ThreadMs();
    const double before = from.ms;
    int steps = 0;
    while (ThreadMs() - start < milliseconds) {
      Case next = Changed(from, &random_);
      if (random_.Below(3) == 0) next = Changed(next, &random_);
      if (next.probe.minutiae.empty() || next.reference.minutiae.empty()) continue;
      Measure(&comparator_, 2, &next);
      ++steps;
      // Worth a better look, at both: the least times alone are compared.
      if (next.ms <= from.ms) continue;
      Measure(&comparator_, 12, &next);
      if (next.ms <= from.ms) continue;
      from = std::move(next);
    }
    Measure(&comparator_, 15, &from);
    std::printf("climbed from %.3f ms to %.3f ms in %d steps (%s)\n", before, from.ms, steps,
                from.how.c_str());
    return from;
  }

  Random random_;
  double budget_ms_;
  Comparator comparator_;
};

bool Save(const std::filesystem::path& path, const FingerView& view) {
  Template record;
  record.x_px_per_cm = record.y_px_per_cm = kPxPerCm;
  record.views.push_back(view);
  const auto bytes = EncodeTemplate(record, TemplateFormat::kIso19794_2_2005);
  if (!bytes) {
    std::fprintf(stderr, "search_worst_case: %s\n", bytes.error().message.c_str());
    return false;
  }
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes->data()),
            static_cast<std::streamsize>(bytes->size()));
  out.close();
  if (!out) std::fprintf(stderr, "search_worst_case: %s cannot be written\n", path.c_str());
  return static_cast<bool>(out);
}

std::optional<FingerView> Load(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(in),
                                   std::istreambuf_iterator<char>()};
  auto decoded = DecodeTemplate(bytes);
  if (!decoded) {
    std::fprintf(stderr, "search_worst_case: %s: %s\n", path.c_str(),
                 decoded.error().message.c_str());
    return std::nullopt;
  }
  return std::move(decoded->value.views.front());
}

// On `chosen`, or on every target where that is 0.
void Report(const Case& worst, int repetitions, int64_t chosen) {
  Comparator comparator;
  for (const int64_t target : compare::KernelTargets()) {
    if (chosen != 0 && target != chosen) continue;
    const test::KernelTargetChoice choice(target);
    const Prepared probe(worst.probe);
    const Prepared reference(worst.reference);
    double score = 0;
    const double ms = LeastMs(repetitions, [&] { score = comparator.Compare(probe, reference); });
    const double prepare_ms = LeastMs(repetitions, [&] { Prepared{worst.probe}; });
    std::printf("%-8s comparison %.3f ms, preparation %.3f ms, score %.2f\n",
                hwy::TargetName(target), ms, prepare_ms, score);
  }
}

int Main(int argc, char** argv) {
  CLI::App app{"Searches for the two valid templates whose comparison takes the longest"};
  double seconds = 60;
  uint64_t seed = 1;
  int repetitions = 50;
  std::string save;
  std::string target;
  std::vector<std::string> measured;
  app.add_option("--seconds", seconds, "Processor time to search for")
      ->check(CLI::Range(0.1, 86'400.0));
  app.add_option("--seed", seed, "Of the random numbers");
  app.add_option("--target", target, "Of Highway, such as AVX2; the best one otherwise");
  app.add_option("--save", save, "Folder for the worst pair, as two ISO records");
  app.add_option("--measure", measured, "Times this pair of templates, and searches nothing")
      ->expected(2);
  app.add_option("--repetitions", repetitions, "Of the last measurement, of which the least counts")
      ->check(CLI::Range(1, 1'000'000));
  CLI11_PARSE(app, argc, argv);

  int64_t chosen = 0;
  for (const int64_t t : compare::KernelTargets()) {
    if (hwy::TargetName(t) == target) chosen = t;
  }
  if (!target.empty() && chosen == 0) {
    std::fprintf(stderr, "search_worst_case: no target %s here\n", target.c_str());
    return 2;
  }
  Case worst;
  if (!measured.empty()) {
    const auto probe = Load(measured[0]);
    const auto reference = Load(measured[1]);
    if (!probe || !reference) return 1;
    worst.probe = *probe;
    worst.reference = *reference;
  } else {
    const test::KernelTargetChoice choice(chosen);
    std::printf("searching on %s for %.0f s\n", compare::KernelTarget(), seconds);
    worst = Search(seed, seconds).Run();
    std::printf("worst comparison: %.3f ms (from %s; %zu and %zu minutiae)\n", worst.ms,
                worst.how.c_str(), worst.probe.minutiae.size(), worst.reference.minutiae.size());
  }
  Report(worst, repetitions, chosen);
  if (save.empty()) return 0;
  std::filesystem::create_directories(save);
  const std::filesystem::path folder(save);
  return Save(folder / "probe.iso", worst.probe) && Save(folder / "reference.iso", worst.reference)
             ? 0
             : 1;
}

}  // namespace
}  // namespace taanu::bench

int main(int argc, char** argv) { return taanu::bench::Main(argc, argv); }
