// Where the values and gradients of a tape live.
#include <algorithm>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/wide.h"
#include "core/engine/program/memory_plan.h"
#include "core/engine/training/tape_contents.h"

namespace qs {

namespace {

void add_to(float* sum, const float* term, std::int64_t count) {
  constexpr std::int64_t kBlock = 1 << 14;
  parallel_for((count + kBlock - 1) / kBlock, [&](std::int64_t block) {
    const std::int64_t first = block * kBlock;
    const std::int64_t last = std::min(first + kBlock, count);
    on_wide_vectors([=] {
      for (std::int64_t i = first; i < last; ++i) sum[i] += term[i];
    });
  });
}

/// Action i is the forward of record i, action 2n-1-i its backward: values live from the one to the last of their
/// readers, gradients from the first of their readers' backward to the maker's.
class Layout {
 public:
  explicit Layout(Tape::Contents& tape)
      : tape_(tape),
        end_(2 * static_cast<int>(tape.records.size())),
        readers_(tape.variables.size(), 0),
        last_use_(tape.variables.size(), -1),
        first_gradient_(tape.variables.size(), end_),
        value_home_(tape.variables.size()),
        gradient_home_(tape.variables.size()) {}

  void run() {
    note_uses();
    share();
    place_values();
    place_gradients();
    place_added();
    apply();
    fill_buffers();
  }

 private:
  void note_uses() {
    for (std::size_t r = 0; r < tape_.records.size(); ++r) {
      const TapeRecord& record = tape_.records[r];
      const int backward = tape_.backward_of(static_cast<int>(r));
      for (std::size_t i = 0; i < record.inputs.size(); ++i) {
        const std::size_t v = record.inputs[i].at();
        const bool again = record.has_gradient && record.operation->backward_reads_input(i);
        last_use_[v] = std::max(last_use_[v], again ? backward : static_cast<int>(r));
        if (record.has_gradient) first_gradient_[v] = std::min(first_gradient_[v], backward);
        ++readers_[v];
      }
      for (VariableId id : record.outputs) {
        const bool again = record.has_gradient && record.operation->backward_reads_outputs();
        last_use_[id.at()] = std::max(last_use_[id.at()], again ? backward : static_cast<int>(r));
        if (tape_.at(id).kept) last_use_[id.at()] = end_;
      }
    }
  }

  /// Whose memory each value and gradient takes: its own, or that of what it replaces.
  void share() {
    for (std::size_t v = 0; v < tape_.variables.size(); ++v) value_home_[v] = gradient_home_[v] = v;
    for (std::size_t r = 0; r < tape_.records.size(); ++r) {
      const TapeRecord& record = tape_.records[r];
      if (!may_share(record) || !record.operation->forward_in_place()) continue;
      const std::size_t in = record.inputs[0].at();
      const Operation& maker = *tape_.records[static_cast<std::size_t>(tape_.variables[in].origin)].operation;
      if (tape_.variables[in].kept || maker.backward_reads_outputs() || record.operation->backward_reads_input(0))
        continue;
      value_home_[record.outputs[0].at()] = value_home_[in];
    }
    for (std::size_t r = tape_.records.size(); r-- > 0;) {
      const TapeRecord& record = tape_.records[r];
      if (!may_share(record) || !record.has_gradient || !record.operation->backward_in_place()) continue;
      gradient_home_[record.inputs[0].at()] = gradient_home_[record.outputs[0].at()];
    }
  }

  [[nodiscard]] bool may_share(const TapeRecord& record) const {
    if (record.inputs.empty() || record.outputs.empty()) return false;
    const std::size_t in = record.inputs[0].at();
    const TapeVariable& variable = tape_.variables[in];
    return variable.origin >= 0 && readers_[in] == 1 && variable.elements == tape_.at(record.outputs[0]).elements;
  }

  void place_values() {
    std::vector<int> last(tape_.variables.size(), -1);
    for (std::size_t v = 0; v < last.size(); ++v) last[value_home_[v]] = std::max(last[value_home_[v]], last_use_[v]);
    for (std::size_t v = 0; v < last.size(); ++v) {
      TapeVariable& variable = tape_.variables[v];
      if (variable.origin >= 0 && value_home_[v] == v)
        want(&variable.value, variable.elements, variable.origin, last[v]);
    }
  }

  void place_gradients() {
    std::vector<int> first(tape_.variables.size(), end_);
    std::vector<int> last(tape_.variables.size(), -1);
    for (std::size_t v = 0; v < tape_.variables.size(); ++v) {
      const TapeVariable& variable = tape_.variables[v];
      if (variable.origin < 0 || !variable.has_gradient) continue;
      const bool is_read = first_gradient_[v] != end_;
      if (!is_read) tape_.unread.push_back({static_cast<std::int32_t>(v)});
      const std::size_t home = gradient_home_[v];
      first[home] = std::min(first[home], is_read ? first_gradient_[v] : end_ / 2);
      last[home] = std::max(last[home], tape_.backward_of(variable.origin));
    }
    for (std::size_t v = 0; v < tape_.variables.size(); ++v) {
      TapeVariable& variable = tape_.variables[v];
      const bool is_placed = variable.origin >= 0 && variable.has_gradient && gradient_home_[v] == v;
      if (is_placed) want(&variable.gradient, variable.elements, first[v], last[v]);
    }
  }

  /// In backward the last reader of a value writes its gradient, and the others' are added.
  void place_added() {
    std::vector<bool> written(tape_.variables.size(), false);
    for (std::size_t r = tape_.records.size(); r-- > 0;) {
      TapeRecord& record = tape_.records[r];
      record.buffers.in.resize(record.inputs.size());
      record.buffers.out.resize(record.outputs.size());
      if (!record.has_gradient) continue;
      for (std::size_t i = 0; i < record.inputs.size(); ++i) {
        const TapeVariable& variable = tape_.at(record.inputs[i]);
        if (!variable.has_gradient) continue;
        const int action = tape_.backward_of(static_cast<int>(r));
        if (written[record.inputs[i].at()]) {
          record.added.push_back(i);
          want(&record.buffers.in[i].gradient, variable.elements, action, action);
        }
        written[record.inputs[i].at()] = true;
      }
    }
  }

  /// The pointer at `where` is to be set to memory that is its own from action `first` to action `last`.
  void want(float** where, std::int64_t elements, int first, int last) {
    lifetimes_.push_back({static_cast<std::size_t>(elements) * sizeof(float), first, last});
    places_.push_back(where);
  }

  void apply() {
    const MemoryPlan plan = plan_memory(lifetimes_);
    tape_.arena = Tensor(DType::u8, {static_cast<std::int64_t>(plan.bytes)});
    auto* base = static_cast<std::byte*>(tape_.arena->mutable_data());
    for (std::size_t i = 0; i < places_.size(); ++i) *places_[i] = reinterpret_cast<float*>(base + plan.offsets[i]);
    std::size_t scratch = 0;
    for (const TapeRecord& record : tape_.records) scratch = std::max(scratch, record.operation->scratch_bytes());
    tape_.scratch = Tensor(DType::u8, {static_cast<std::int64_t>(scratch)});
    for (std::size_t v = 0; v < tape_.variables.size(); ++v) {
      TapeVariable& variable = tape_.variables[v];
      if (value_home_[v] != v) variable.value = tape_.variables[value_home_[v]].value;
      if (gradient_home_[v] != v) variable.gradient = tape_.variables[gradient_home_[v]].gradient;
    }
  }

  void fill_buffers() {
    const auto fill = [&](Buffer& buffer, VariableId id) {
      const TapeVariable& variable = tape_.at(id);
      buffer.shape = variable.shape;
      buffer.elements = variable.elements;
      buffer.value = variable.value;
      if (buffer.gradient == nullptr) buffer.gradient = variable.gradient;
    };
    for (TapeRecord& record : tape_.records) {
      for (std::size_t i = 0; i < record.inputs.size(); ++i) fill(record.buffers.in[i], record.inputs[i]);
      for (std::size_t i = 0; i < record.outputs.size(); ++i) fill(record.buffers.out[i], record.outputs[i]);
      record.buffers.scratch = static_cast<std::byte*>(tape_.scratch->mutable_data());
    }
  }

  Tape::Contents& tape_;
  int end_;
  std::vector<int> readers_;
  std::vector<int> last_use_;
  std::vector<int> first_gradient_;
  std::vector<std::size_t> value_home_;
  std::vector<std::size_t> gradient_home_;
  std::vector<Lifetime> lifetimes_;
  std::vector<float**> places_;
};

}  // namespace

void Tape::Contents::start_backward() {
  for (VariableId id : unread) std::fill_n(at(id).gradient, at(id).elements, 0.0F);
  *at(loss).gradient = 1;
}

void Tape::Contents::backward(TapeRecord& record, const TrainingStep& step) {
  if (!record.has_gradient) return;
  const bool idle = record.idle(step);
  if (!idle) record.operation->backward(record.buffers, step);
  for (std::size_t i = 0; i < record.inputs.size(); ++i) {
    const Buffer& buffer = record.buffers.in[i];
    const bool is_added = std::find(record.added.begin(), record.added.end(), i) != record.added.end();
    if (buffer.gradient == nullptr) continue;
    if (is_added && !idle) add_to(at(record.inputs[i]).gradient, buffer.gradient, buffer.elements);
    if (!is_added && idle) std::fill_n(buffer.gradient, buffer.elements, 0.0F);
  }
}

void lay_out(Tape::Contents& tape) {
  QS_ASSERT(tape.at(tape.loss).elements == 1 && tape.at(tape.loss).origin >= 0);
  Layout(tape).run();
}

}  // namespace qs
