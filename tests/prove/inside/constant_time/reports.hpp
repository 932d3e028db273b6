// memcheck's report, in its XML form.
#pragma once

#include <istream>
#include <set>
#include <string>

namespace schannix::prove {

// Of each error: the innermost of our source files, and the library that it called when it was not in our own code.
std::set<std::string> sites_in(std::istream&& xml);

}  // namespace schannix::prove
