// The CPUs that this program may run on; those of the thread that made it are restored at the end.
#pragma once

#include <sched.h>

namespace schannix::bench {

class held_cpus {
 public:
  held_cpus() { ::sched_getaffinity(0, sizeof allowed_, &allowed_); }
  held_cpus(const held_cpus&) = delete;
  held_cpus& operator=(const held_cpus&) = delete;
  ~held_cpus() { ::sched_setaffinity(0, sizeof allowed_, &allowed_); }

  int count() const { return CPU_COUNT(&allowed_); }

  // From now on the calling thread runs on the nth of them only.
  void stay_on(int nth) const {
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
      if (CPU_ISSET(cpu, &allowed_) && nth-- == 0) CPU_SET(cpu, &one);
    ::sched_setaffinity(0, sizeof one, &one);
  }

 private:
  cpu_set_t allowed_{};
};

}  // namespace schannix::bench
