// One worker thread with a queue: everything long that the window wants runs on a lane.
#pragma once

#include <QObject>
#include <QPointer>
#include <any>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "core/base/progress.h"

namespace qs {

/// What runs on a lane. All functions but `work` are called on the lane's own (the window's) thread, and none of them
/// once `receiver` is gone or a newer job with the same key has been submitted: the latest wins.
struct LaneJob {
  std::string key;
  std::string title;           ///< for the status line; empty: not worth telling
  QPointer<QObject> receiver;  ///< must live on the window's thread
  std::function<std::any(const Progress&)> work;
  std::function<void(const std::any&)> done;
  std::function<void()> started{};
  std::function<void(double fraction, const std::string& stage)> progressed{};  ///< at most 20 times a second
  std::function<void(const Error&)> failed{};  ///< stops included; empty: `Lane::failed` tells it, but for stops
};

class Lane : public QObject {
  Q_OBJECT

 public:
  explicit Lane(QObject* parent = nullptr);
  /// Stops what runs, drops what waits, and waits for the thread.
  ~Lane() override;

  /// Queues a job. One with the same key that waits is dropped; one that runs is asked to stop.
  void submit(LaneJob job);
  /// Asks the job to stop if it runs, and drops it if it waits; then its `failed` is told at once.
  void cancel(const std::string& key);
  /// Some job waits, runs, or has not yet been told of.
  [[nodiscard]] bool is_busy() const { return unfinished_ > 0; }

 signals:
  void failed(const QString& message);
  void activities_changed();

 public:
  struct Running {
    std::string key;
    std::string title;
    double fraction = -1;
  };
  /// What runs now; nothing when the lane rests.
  [[nodiscard]] const std::optional<Running>& running() const { return running_; }

 private:
  struct Ticket {
    LaneJob job;
    std::uint64_t number = 0;
    std::stop_source stop;
  };
  void work_until_stopped(const std::stop_token& end);
  void run(const std::shared_ptr<Ticket>& ticket);
  /// Calls `body` on the window's thread if the ticket still counts there.
  void post(const std::shared_ptr<Ticket>& ticket, std::function<void()> body);

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<std::shared_ptr<Ticket>> waiting_;
  std::shared_ptr<Ticket> current_;
  std::map<std::string, std::uint64_t> newest_;  ///< by key; used on the window's thread only
  std::uint64_t count_ = 0;
  std::size_t unfinished_ = 0;  ///< jobs; used on the window's thread only
  std::optional<Running> running_;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace qs
