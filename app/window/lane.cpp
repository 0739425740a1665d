#include "app/window/lane.h"

#include <QMetaObject>
#include <algorithm>
#include <chrono>
#include <new>

namespace qs {

namespace {

/// What any exception means to the user.
Error as_error(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return {ErrorCode::bad_input, "not enough memory; fewer images or a smaller model need less"};
  } catch (const std::exception& error) {
    return {ErrorCode::internal, fmt::format("internal error, please report it: {}", error.what())};
  }
}

}  // namespace

Lane::Lane(QObject* parent)
    : QObject(parent), thread_([this](const std::stop_token& end) { work_until_stopped(end); }) {}

Lane::~Lane() {
  {
    const std::lock_guard lock(mutex_);
    waiting_.clear();
    if (current_) current_->stop.request_stop();
  }
  thread_.request_stop();
  wake_.notify_all();
  thread_.join();
}

void Lane::submit(LaneJob job) {
  auto ticket = std::make_shared<Ticket>();
  ticket->number = ++count_;
  newest_[job.key] = ticket->number;
  ticket->job = std::move(job);
  {
    const std::lock_guard lock(mutex_);
    ++unfinished_;
    unfinished_ -= std::erase_if(waiting_, [&](const auto& each) { return each->job.key == ticket->job.key; });
    if (current_ && current_->job.key == ticket->job.key) current_->stop.request_stop();
    waiting_.push_back(ticket);
  }
  wake_.notify_all();
}

void Lane::cancel(const std::string& key) {
  std::shared_ptr<Ticket> dropped;
  {
    const std::lock_guard lock(mutex_);
    if (current_ && current_->job.key == key) current_->stop.request_stop();
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const auto& t) { return t->job.key == key; });
    if (found != waiting_.end()) {
      dropped = *found;
      waiting_.erase(found);
      --unfinished_;
    }
  }
  if (dropped && dropped->job.failed) {
    post(dropped, [dropped] { dropped->job.failed(Error(ErrorCode::stopped, "stopped by the user")); });
  }
}

void Lane::work_until_stopped(const std::stop_token& end) {
  while (true) {
    std::shared_ptr<Ticket> ticket;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, end, [&] { return !waiting_.empty(); })) return;
      ticket = waiting_.front();
      waiting_.pop_front();
      current_ = ticket;
    }
    run(ticket);
    const std::lock_guard lock(mutex_);
    current_ = nullptr;
  }
}

void Lane::run(const std::shared_ptr<Ticket>& ticket) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kBetweenReports{50};
  post(ticket, [this, ticket] {
    running_ = Running{ticket->job.key, ticket->job.title, -1};
    emit activities_changed();
    if (ticket->job.started) ticket->job.started();
  });
  auto shown = Clock::now() - kBetweenReports;
  const Progress progress(ticket->stop.get_token(), [&](double fraction, std::string_view stage) {
    if (Clock::now() - shown < kBetweenReports) return;
    shown = Clock::now();
    post(ticket, [this, ticket, fraction, text = std::string(stage)] {
      if (running_) running_->fraction = fraction;
      emit activities_changed();
      if (ticket->job.progressed) ticket->job.progressed(fraction, text);
    });
  });
  std::any result;
  std::exception_ptr failure;
  try {
    result = ticket->job.work(progress);
  } catch (...) {
    failure = std::current_exception();
  }
  // Not through `post`: the lane rests, whether or not anybody still waits for this.
  QMetaObject::invokeMethod(
      this,
      [this] {
        running_.reset();
        emit activities_changed();
      },
      Qt::QueuedConnection);
  post(ticket, [this, ticket, result = std::move(result), failure] {
    if (!failure) {
      if (ticket->job.done) ticket->job.done(result);
      return;
    }
    const Error error = as_error(failure);
    if (ticket->job.failed) {
      ticket->job.failed(error);
    } else if (error.code() != ErrorCode::stopped) {
      emit failed(QString::fromStdString(error.what()));
    }
  });
  QMetaObject::invokeMethod(
      this, [this] { --unfinished_; }, Qt::QueuedConnection);  // behind all of the above
}

void Lane::post(const std::shared_ptr<Ticket>& ticket, std::function<void()> body) {
  QMetaObject::invokeMethod(
      this,
      [this, ticket, body = std::move(body)] {
        if (ticket->job.receiver && newest_[ticket->job.key] == ticket->number) body();
      },
      Qt::QueuedConnection);
}

}  // namespace qs
