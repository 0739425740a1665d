#include "app/cli/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace qs {

namespace {

constexpr int kBarWidth = 20;
constexpr double kLeastRate = 0.1;  ///< per second; what is slower is known by the time left
constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::chrono::seconds kPlainLine{10};

}  // namespace

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::ceil(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string progress_text(std::string_view stage, std::string_view unit, double begun, double done, std::int64_t total,
                          double seconds) {
  const auto all = static_cast<double>(total);
  const double fraction = done / all;
  const auto filled = static_cast<int>(fraction * kBarWidth);
  std::string text = fmt::format("{} [{:#>{}}{:->{}}] {:3.0f} %", stage, "", filled, "", kBarWidth - filled,
                                 std::floor(100 * fraction));
  if (!unit.empty()) text += fmt::format("  {:.0f} of {} {}", std::floor(done), total, unit);
  if (done > begun && seconds > 0) {
    const double rate = (done - begun) / seconds;
    if (!unit.empty() && rate >= kLeastRate) text += fmt::format("  {:.1f}/s", rate);
    if (done < all) text += fmt::format("  {} left", duration_text((all - done) / rate));
  }
  return text;
}

ProgressLine::ProgressLine(std::string unit, std::int64_t total)
    : unit_(total > 0 ? std::move(unit) : std::string()),
      total_(std::max(total, std::int64_t{1})),
      terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
  clear();
}

void ProgressLine::clear() {
  if (!terminal_ || !drawn_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  drawn_ = false;  // so that the next report is drawn at once
}

Progress::Sink ProgressLine::sink() {
  return [this](double fraction, std::string_view stage) { draw(fraction, stage); };
}

void ProgressLine::draw(double fraction, std::string_view stage) {
  const Clock::time_point now = Clock::now();
  // Whole units come as fractions, 0.07 x 100 among them; a run that goes on from a checkpoint has begun before.
  const double done = fraction * static_cast<double>(total_) + 1e-6;
  if (!begun_) {
    begun_ = done;
    start_ = now;
  }
  const bool due = terminal_ ? !drawn_ || now - last_ >= kRedraw : now - last_ >= kPlainLine;
  if (!due) return;
  last_ = now;
  drawn_ = true;
  const std::chrono::duration<double> elapsed = now - start_;
  const std::string text = progress_text(stage, unit_, *begun_, done, total_, elapsed.count());
  fmt::print(stderr, "{}{}{}", terminal_ ? "\r" : "", text, terminal_ ? "\033[K" : "\n");
  std::fflush(stderr);
}

RunWatch terminal_watch(Interrupt& interrupt) {
  return {.stop = interrupt.token(),
          .show =
              [](std::string_view unit, std::int64_t total) {
                const auto line = std::make_shared<ProgressLine>(std::string(unit), total);
                return [line, sink = line->sink()](double fraction, std::string_view stage) { sink(fraction, stage); };
              },
          .keep_results = [&interrupt] { interrupt.keep_results(); }};
}

}  // namespace qs
