// Two ends of one TLS connection, an application at each, and an attacker between them. What an end answers comes from
// the tables that tables.cpp prints from the library's own headers (tables.pml); nothing here repeats a transition.
//
//   -DTLS=12 or 13                 the version
//   -DCLIENT_RUNS, -DSERVER_RUNS   any or polite: an application that calls anything at any time, or one that closes as
//                                  the docs say
//   -DUNITS, -DATTACKS, -DREQUESTS how much each application may seal, how often the attacker may act, and how often an
//                                  application that calls anything asks for the shutdown
//   -DTRACE                        for simulation: prints one line for each call, ends after CALLS of them
//
// scripts/check_model runs it; docs/design/0008-closing-model.md says what it proves and what it takes for granted.
#include "tables.pml"
#include "world.pml"
#include "rules.pml"
#include "calls.pml"
#include "applications.pml"
#include "attacker.pml"

init {
  d_step {
    prepare();
    begin()
  };
  atomic {
    run CLIENT_RUNS(CLIENT);
    run SERVER_RUNS(SERVER);
    run attacker(CLIENT);
    run attacker(SERVER)
  }
}
