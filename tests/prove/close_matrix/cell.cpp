#include "cell.hpp"

#include "peers.hpp"

namespace schannix::prove {

std::string name_of(scenario what) {
  switch (what) {
    case scenario::close:
      return "close";
    case scenario::wait:
      return "wait";
    case scenario::our_close:
      return "our close";
    case scenario::fin:
      return "fin";
    case scenario::reset:
      return "reset";
    case scenario::our_flight:
      return "our flight";
    case scenario::their_flight:
      return "their flight";
    case scenario::their_late:
      return "their late";
    case scenario::our_late:
      return "our late";
    case scenario::crossing:
      return "crossing";
  }
  return {};
}

std::string name_of(const cell& one) {
  return one.with->name + " " + role_of_peer(one) + " " + version_of(one) + ": " + name_of(one.what);
}

const char* part_of_peer(scenario what) {
  switch (what) {
    case scenario::close:
    case scenario::our_late:
    case scenario::crossing:
      return "close";
    case scenario::wait:
      return "wait";
    case scenario::our_close:
    case scenario::fin:
    case scenario::reset:
    case scenario::our_flight:
      return "read";
    case scenario::their_flight:
      return "write";
    case scenario::their_late:
      return "late";
  }
  return "";
}

}  // namespace schannix::prove
