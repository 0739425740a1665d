// What a training step costs, and how far it is from the sum of its primitives run alone.
//
//   build/release/bench_training [NETWORK [SETTING=VALUE]... [SIDE [BATCH]]] [--bf16]
//
// e.g. bench_training mobilenet_v1 width=0.25 32 128
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "core/engine/training/loss.h"
#include "core/engine/training/network.h"
#include "core/graph/networks/networks.h"
#include "core/graph/operator.h"
#include "core/graph/passes/passes.h"

namespace {

struct Question {
  std::string network = "mobilenet_v1";
  std::map<std::string, double> settings;
  std::int64_t side = 32;
  std::int64_t batch = 128;
  qs::Compute compute = qs::Compute::f32;
};

Question parse(const std::vector<std::string>& words) {
  Question question;
  std::vector<std::int64_t> numbers;
  for (const std::string& word : words) {
    if (word == "--bf16") {
      question.compute = qs::Compute::bf16;
    } else if (const auto equals = word.find('='); equals != std::string::npos) {
      question.settings[word.substr(0, equals)] = std::stod(word.substr(equals + 1));
    } else if (word.find_first_not_of("0123456789") == std::string::npos) {
      numbers.push_back(std::stoll(word));
    } else {
      question.network = word;
    }
  }
  if (!numbers.empty()) question.side = numbers[0];
  if (numbers.size() > 1) question.batch = numbers[1];
  return question;
}

double median_seconds(int repeats, const auto& body) {
  std::vector<double> seconds;
  for (int i = 0; i < repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    body();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::nth_element(seconds.begin(), seconds.begin() + repeats / 2, seconds.end());
  return seconds[static_cast<std::size_t>(repeats) / 2];
}

void measure(const Question& question) {
  using namespace qs;
  const std::int64_t classes = 10;
  const Graph built = build_network(network(question.network), question.settings,
                                    {.channels = 3, .height = question.side, .width = question.side}, classes, 1);
  const Graph graph =
      with_batch(run_passes(built, std::vector<const Pass*>{&pass("plain_gemm")}).graph, question.batch);
  Tape tape(question.compute);
  const TrainedNetwork trained = add_network(tape, graph, 0.1F);
  auto targets = std::make_shared<Targets>();
  std::mt19937 random(1);
  Tensor images(DType::f32, tape.shape(trained.images));
  std::normal_distribution<float> normal;
  for (float& value : images.mutable_values<float>()) value = normal(random);
  for (std::int64_t i = 0; i < question.batch; ++i) targets->labels.push_back(static_cast<int>(random() % classes));
  tape.compile(add_loss(tape, trained.output, targets));

  const TrainingStep step;
  tape.set_input(trained.images, images);
  const double seconds = median_seconds(15, [&] {
    tape.forward(step);
    tape.backward(step);
  });
  double alone = 0;
  double rest = 0;
  for (const OperationTime& time : tape.profile(step, 7)) {
    (time.kernel.empty() ? rest : alone) += time.forward_seconds + time.backward_seconds;
  }
  fmt::print("{} {}x{}, batch {}, {}: {:.1f} ms a step, {:.0f} images/s, {:.0f} MB of activations\n", question.network,
             question.side, question.side, question.batch, question.compute == Compute::bf16 ? "bf16" : "f32",
             seconds * 1e3, static_cast<double>(question.batch) / seconds,
             static_cast<double>(tape.arena_bytes()) / 1e6);
  fmt::print(
      "all operations alone: {:.1f} ms (oneDNN's primitives {:.1f} ms, loops of our own {:.1f} ms); step / "
      "operations = {:.2f}\n",
      (alone + rest) * 1e3, alone * 1e3, rest * 1e3, seconds / (alone + rest));
  std::vector<OperationTime> times = tape.profile(step);
  std::sort(times.begin(), times.end(), [](const OperationTime& left, const OperationTime& right) {
    return left.forward_seconds + left.backward_seconds > right.forward_seconds + right.backward_seconds;
  });
  for (std::size_t i = 0; i < std::min<std::size_t>(times.size(), 12); ++i) {
    fmt::print("  {:24} {:24} forward {:6.2f} ms  backward {:6.2f} ms\n", times[i].name, times[i].kernel,
               times[i].forward_seconds * 1e3, times[i].backward_seconds * 1e3);
  }
}

}  // namespace

int main(int count, char** words) {
  try {
    measure(parse({words + 1, words + count}));
    return 0;
  } catch (const qs::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
