#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <type_traits>

namespace convkit {

// The one pool of the process, shared by every environment. At most threads() pool threads exist, started
// when first needed. They first help open parallel jobs, then take submitted functions, so that several runs
// in flight share the threads instead of each bringing its own.
class ThreadPool {
 public:
  // Never destroyed: a static destructor would race with threads that still work at exit.
  static ThreadPool& instance();

  int threads() const;

  // At least 1. Threads that are too many finish what they do, then end.
  void setThreads(int count);

  // Must not throw.
  using Task = void (*)(void* context, int64_t chunk, int participant);

  // Calls `task` for every chunk in [0, chunks), on at most `max_participants` threads and never on more than
  // threads(), the caller among them. Participant ids are unique within this call, 0 <= id <
  // max_participants; the caller is 0. Chunks are handed out one at a time, each participant's from a stretch
  // of its own first, in order. Returns when all are done, with everything that the tasks wrote visible to
  // the caller. Once `*cancelled` is true the remaining chunks are skipped. May be called from inside a task.
  void parallelFor(int64_t chunks, int max_participants, Task task, void* context,
                   const std::atomic<bool>* cancelled);

  // While one exists, more parallel work may come at any moment: idle threads stay awake for it, for some
  // milliseconds at most.
  class Attention {
   public:
    Attention();
    ~Attention();
    Attention(const Attention&) = delete;
    Attention& operator=(const Attention&) = delete;
  };

  // Queues a function, which must not throw, for a pool thread. Denormals are flushed there.
  void submit(void (*function)(void*), void* context);

 private:
  struct Impl;
  ThreadPool();
  ~ThreadPool() = delete;
  Impl* const impl_;
};

// The same with a callable: body(int64_t chunk, int participant).
template <class F>
void parallelFor(int64_t chunks, int max_participants, const std::atomic<bool>* cancelled, F&& body) {
  using Body = std::remove_reference_t<F>;
  auto task = [](void* context, int64_t chunk, int participant) {
    (*static_cast<Body*>(context))(chunk, participant);
  };
  void* context = const_cast<void*>(static_cast<const void*>(std::addressof(body)));
  ThreadPool::instance().parallelFor(chunks, max_participants, task, context, cancelled);
}

}  // namespace convkit
