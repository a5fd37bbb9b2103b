#include "core/thread_pool.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <new>

#include "core/cpu.h"
#include "core/denormals.h"
#include "core/os/fork.h"
#include "core/os/loaded_code.h"
#include "core/os/processors.h"
#include "core/os/thread_name.h"
#include "core/os/worker_thread.h"
#include "core/parallel_job.h"
#include "core/spin.h"
#include "core/streams.h"

namespace convkit {
namespace {

constexpr int kIdleSpinMicroseconds = 50;

// While a call is under way, work for its next step may come at any time: an idle worker stays awake for it,
// but not for longer than this.
constexpr int kBusySpinMicroseconds = 2000;

// The caller has nothing better to do than to wait for the last chunks, so it is more patient.
constexpr int kCallerSpinMicroseconds = 100;

// Each woken thread wakes this many more, so that the time to wake all grows with the logarithm of their
// number.
constexpr int kWakeFanOut = 2;

// Plain values: a thread-local with a destructor could run after its library's other state is gone.
thread_local bool is_worker = false;
thread_local int attentions = 0;

// A worker, on its thread's stack. Everything is guarded by the pool's mutex.
struct Worker {
  // Where it was last seen.
  int processor = -1;
  std::condition_variable wake;
  bool sleeps = false;
  Worker* following = nullptr;
};

struct Submission {
  void (*function)(void*);
  void* context;
};

}  // namespace

struct ThreadPool::Impl {
  explicit Impl(int count) : limit(count) {}

  static void* workerMain(void* impl);
  void workerLoop();
  void help(ParallelJob& job, std::unique_lock<std::mutex>& lock);
  void runSubmission(std::unique_lock<std::mutex>& lock);
  void waitForWork(Worker& self, std::unique_lock<std::mutex>& lock);
  bool mayStayAwake() const;
  template <class Condition>
  void spinFor(const Condition& changed);
  template <class Condition>
  void sleepUnless(const Condition& changed, Worker& self, std::unique_lock<std::mutex>& lock);
  size_t placesOfOthers(const Worker& self, int* processors, size_t most) const;
  Worker* chooseSleeper() const;
  void wake(Worker& worker);

  void open(ParallelJob& job, int helpers);
  void close(ParallelJob& job);
  void waitForHelpers(ParallelJob& job);
  void restartAfterFork();

  ParallelJob* chooseJob() const;
  void startWorkers(int wanted, int most);
  int workLeft() const;
  void unlockAndWake(std::unique_lock<std::mutex>& lock, int wanted);

  // Everything below but the atomics is guarded by the mutex.
  std::mutex mutex;
  std::condition_variable helpers_left;
  Worker* all = nullptr;
  std::atomic<int> limit;
  int workers = 0;
  int idle = 0;      // workers that spin or sleep
  int sleeping = 0;  // workers that sleep
  ParallelJob* jobs = nullptr;
  std::deque<Submission> queue;

  // Counts openings and submissions; it is what idle workers watch.
  alignas(kSharingDistance) std::atomic<uint32_t> version{0};

  // How many ask for attention, how many of these are no workers, and where the last of those was.
  std::atomic<int> callers{0}, outside_callers{0};
  std::atomic<int> outside_processor{-1};
};

void* ThreadPool::Impl::workerMain(void* impl) {
  is_worker = true;
  nameThisThread("convkit");
  const FlushDenormals flush;
  static_cast<Impl*>(impl)->workerLoop();
  return nullptr;
}

void ThreadPool::Impl::workerLoop() {
  Worker self;
  std::unique_lock<std::mutex> lock(mutex);
  self.following = all;
  all = &self;
  while (workers <= limit.load(std::memory_order_relaxed)) {
    if (ParallelJob* job = chooseJob()) {
      help(*job, lock);
    } else if (!queue.empty()) {
      runSubmission(lock);
    } else {
      waitForWork(self, lock);
    }
  }
  --workers;
  Worker** place = &all;
  while (*place != &self) place = &(*place)->following;
  *place = self.following;
  // Whatever woke this thread may have been meant for work that is still to be done.
  unlockAndWake(lock, workLeft());
}

void ThreadPool::Impl::help(ParallelJob& job, std::unique_lock<std::mutex>& lock) {
  const int participant = job.join();
  unlockAndWake(lock, workLeft());
  job.work(participant);
  const bool caller_sleeps = job.leave();
  lock.lock();
  if (caller_sleeps) helpers_left.notify_all();
}

void ThreadPool::Impl::runSubmission(std::unique_lock<std::mutex>& lock) {
  const Submission submission = queue.front();
  queue.pop_front();
  unlockAndWake(lock, workLeft());
  submission.function(submission.context);
  lock.lock();
}

void ThreadPool::Impl::waitForWork(Worker& self, std::unique_lock<std::mutex>& lock) {
  const uint32_t seen = version.load(std::memory_order_relaxed);
  const auto changed = [&] { return version.load(std::memory_order_relaxed) != seen; };
  self.processor = currentProcessor();
  ++idle;
  if (mayStayAwake()) {
    lock.unlock();
    spinFor(changed);
    lock.lock();
  }
  if (!changed()) sleepUnless(changed, self, lock);
  --idle;
}

// Whether a processor is left to wait on: those who work, callers from outside among them, come first.
bool ThreadPool::Impl::mayStayAwake() const {
  return workers - sleeping + outside_callers.load(std::memory_order_relaxed) <=
         limit.load(std::memory_order_relaxed);
}

template <class Condition>
void ThreadPool::Impl::spinFor(const Condition& changed) {
  const auto anotherCall = [&] { return changed() || callers.load(std::memory_order_relaxed) > 0; };
  const auto callsOver = [&] { return changed() || callers.load(std::memory_order_relaxed) == 0; };
  while (!changed()) {
    if (!spinUntil(kBusySpinMicroseconds, callsOver) || !spinUntil(kIdleSpinMicroseconds, anotherCall)) break;
  }
}

// Sleeps where no other worker was last seen, nor a caller from outside if there are processors enough: so
// that those who are woken together do not wait for one another on one processor. To move takes a while, so
// the mutex is left meanwhile; who comes in between counts on this worker, which is still awake.
template <class Condition>
void ThreadPool::Impl::sleepUnless(const Condition& changed, Worker& self,
                                   std::unique_lock<std::mutex>& lock) {
  constexpr size_t kMost = 64;
  int elsewhere[kMost + 1];
  size_t count = placesOfOthers(self, elsewhere, kMost);
  elsewhere[count++] = outside_processor.load(std::memory_order_relaxed);
  lock.unlock();
  {
    const KeepOff away(elsewhere, count);
    lock.lock();
    self.processor = currentProcessor();
    if (!changed()) {
      self.sleeps = true;
      ++sleeping;
      self.wake.wait(lock, [&] { return !self.sleeps; });
    }
    lock.unlock();
  }
  // The caller may have moved to where this thread slept.
  const int caller = outside_processor.load(std::memory_order_relaxed);
  if (outside_callers.load(std::memory_order_relaxed) > 0 && caller == currentProcessor())
    const KeepOff away(caller);
  lock.lock();
}

size_t ThreadPool::Impl::placesOfOthers(const Worker& self, int* processors, size_t most) const {
  size_t count = 0;
  for (const Worker* other = all; other != nullptr && count < most; other = other->following) {
    if (other != &self) processors[count++] = other->processor;
  }
  return count;
}

void ThreadPool::Impl::open(ParallelJob& job, int helpers) {
  if (!is_worker) outside_processor.store(currentProcessor(), std::memory_order_relaxed);
  std::unique_lock<std::mutex> lock(mutex);
  job.following = jobs;
  if (jobs != nullptr) jobs->previous = &job;
  jobs = &job;
  version.fetch_add(1, std::memory_order_relaxed);
  // A caller from outside brings its own thread, so one fewer of the pool's is enough.
  const int most = limit.load(std::memory_order_relaxed) - (is_worker ? 0 : 1);
  startWorkers(helpers + static_cast<int>(queue.size()), most);
  unlockAndWake(lock, helpers);
}

void ThreadPool::Impl::close(ParallelJob& job) {
  const std::lock_guard<std::mutex> lock(mutex);
  if (job.following != nullptr) job.following->previous = job.previous;
  if (job.previous != nullptr) job.previous->following = job.following;
  if (jobs == &job) jobs = job.following;
}

void ThreadPool::Impl::waitForHelpers(ParallelJob& job) {
  const auto left = [&] { return job.helpersLeft(); };
  if (left() || spinUntil(kCallerSpinMicroseconds, left)) return;
  std::unique_lock<std::mutex> lock(mutex);
  job.announceSleep();
  helpers_left.wait(lock, left);
}

// The open job with the fewest participants, so that runs in flight get equal shares.
ParallelJob* ThreadPool::Impl::chooseJob() const {
  ParallelJob* best = nullptr;
  for (ParallelJob* job = jobs; job != nullptr; job = job->following) {
    if (job->placesLeft() > 0 && (best == nullptr || job->participants() < best->participants())) best = job;
  }
  return best;
}

// Starts as many threads as are wanted beyond the idle ones, while fewer than `most` exist.
void ThreadPool::Impl::startWorkers(int wanted, int most) {
  for (int missing = wanted - idle; missing > 0 && workers < most; --missing) {
    ++workers;
    if (startDetachedThread(workerMain, this)) continue;
    --workers;
    return;
  }
}

int ThreadPool::Impl::workLeft() const {
  if (sleeping == 0) return 0;
  const ParallelJob* job = chooseJob();
  return (job == nullptr ? 0 : job->placesLeft()) + static_cast<int>(queue.size());
}

// One that sleeps elsewhere than on this thread's processor, if there is one.
Worker* ThreadPool::Impl::chooseSleeper() const {
  const int here = currentProcessor();
  Worker* chosen = nullptr;
  for (Worker* worker = all; worker != nullptr; worker = worker->following) {
    if (worker->sleeps && (chosen == nullptr || chosen->processor == here)) chosen = worker;
  }
  return chosen;
}

// Idle workers that are awake look up by themselves. Notified under the mutex: a worker that was woken may be
// gone soon.
void ThreadPool::Impl::unlockAndWake(std::unique_lock<std::mutex>& lock, int wanted) {
  const int awake = idle - sleeping;
  for (int i = std::min({wanted - awake, sleeping, kWakeFanOut}); i > 0; --i) wake(*chooseSleeper());
  lock.unlock();
}

void ThreadPool::Impl::wake(Worker& worker) {
  worker.sleeps = false;
  --sleeping;
  worker.wake.notify_one();
}

// A forked child has none of the pool's threads: it starts afresh instead of waiting for them. The mutex is
// locked.
void ThreadPool::Impl::restartAfterFork() {
  new (&helpers_left) std::condition_variable;
  workers = idle = sleeping = 0;
  all = nullptr;
  callers.store(0, std::memory_order_relaxed);
  outside_callers.store(0, std::memory_order_relaxed);
  jobs = nullptr;
  queue.clear();
  mutex.unlock();
}

namespace {

void runInline(int64_t chunks, ThreadPool::Task task, void* context, const std::atomic<bool>* cancelled) {
  for (int64_t chunk = 0; chunk < chunks; ++chunk) {
    if (cancelled != nullptr && cancelled->load(std::memory_order_relaxed)) return;
    task(context, chunk, 0);
  }
  fenceStreams();
}

}  // namespace

ThreadPool::ThreadPool() : impl_(new Impl(defaultThreads())) {
  keepCodeLoaded();
  static Impl* const impl = impl_;
  atFork([] { impl->mutex.lock(); }, [] { impl->mutex.unlock(); }, [] { impl->restartAfterFork(); });
}

ThreadPool& ThreadPool::instance() {
  static ThreadPool* const pool = new ThreadPool;
  return *pool;
}

int ThreadPool::threads() const { return impl_->limit.load(std::memory_order_relaxed); }

void ThreadPool::setThreads(int count) {
  const std::lock_guard<std::mutex> lock(impl_->mutex);
  impl_->limit.store(std::max(count, 1), std::memory_order_relaxed);
  // So that idle threads look up, and find that they are too many.
  impl_->version.fetch_add(1, std::memory_order_relaxed);
  for (Worker* worker = impl_->all; worker != nullptr; worker = worker->following) {
    if (worker->sleeps) impl_->wake(*worker);
  }
}

void ThreadPool::parallelFor(int64_t chunks, int max_participants, Task task, void* context,
                             const std::atomic<bool>* cancelled) {
  const int participants = static_cast<int>(std::min<int64_t>({chunks, max_participants, threads()}));
  if (participants <= 1) {
    runInline(chunks, task, context, cancelled);
    return;
  }
  const Attention attention;
  ParallelJob job(chunks, participants, task, context, cancelled);
  impl_->open(job, participants - 1);
  job.work(0);
  impl_->close(job);
  impl_->waitForHelpers(job);
}

ThreadPool::Attention::Attention() {
  Impl& impl = *instance().impl_;
  impl.callers.fetch_add(1, std::memory_order_relaxed);
  if (attentions++ == 0 && !is_worker) impl.outside_callers.fetch_add(1, std::memory_order_relaxed);
}

ThreadPool::Attention::~Attention() {
  Impl& impl = *instance().impl_;
  if (--attentions == 0 && !is_worker) impl.outside_callers.fetch_sub(1, std::memory_order_relaxed);
  impl.callers.fetch_sub(1, std::memory_order_relaxed);
}

void ThreadPool::submit(void (*function)(void*), void* context) {
  std::unique_lock<std::mutex> lock(impl_->mutex);
  impl_->startWorkers(static_cast<int>(impl_->queue.size()) + 1,
                      impl_->limit.load(std::memory_order_relaxed));
  if (impl_->workers == 0) {  // the system has no thread to give
    lock.unlock();
    const FlushDenormals flush;
    function(context);
    return;
  }
  impl_->queue.push_back({function, context});
  impl_->version.fetch_add(1, std::memory_order_relaxed);
  impl_->unlockAndWake(lock, 1);
}

}  // namespace convkit
