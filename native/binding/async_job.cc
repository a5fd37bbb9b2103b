#include "binding/async_job.h"

#include "core/thread_pool.h"
#include "program/program.h"

namespace convkit {

void AsyncJob::submit(const std::shared_ptr<AsyncJob>& job) {
  auto share = std::make_unique<std::shared_ptr<AsyncJob>>(job);
  const auto body = [](void* context) {
    const std::unique_ptr<std::shared_ptr<AsyncJob>> held(static_cast<std::shared_ptr<AsyncJob>*>(context));
    (*held)->execute();
  };
  ThreadPool::instance().submit(body, share.get());
  static_cast<void>(share.release());
}

void AsyncJob::execute() noexcept {
  if (!completions_->begin()) return;
  try {
    if (isCancelled()) throw Cancelled();
    work(cancelled_);
  } catch (...) {
    error_ = describeCurrentException();
  }
  completions_->end(id_);
}

}  // namespace convkit
