// What must hold. The rules speak of what happened on the wire and of what the applications asked for (history), never
// of the state that the table keeps, so that table and rules can disagree. Numbers of rules are read by check_model.
#define RULE_ONE_CLOSE_NOTIFY 0       // close_notify is sent once for each request, and never without one (C1, C19, S-5)
#define RULE_NOTHING_AFTER_CLOSE 1    // nothing follows our close_notify but one that was asked for again (5246 7.2.1)
#define RULE_NOTHING_AFTER_FATAL 2    // nothing follows a fatal alert, sent or received (8446 6.2)
#define RULE_REQUEST_IS_ANSWERED 3    // a request is answered by the next step, whatever its input (5.3, S-3, S-16)
#define RULE_STEP 4                   // a step without request does what the interaction table says (6.5, 4.12)
#define RULE_SEAL 5                   // sealing is possible until our close_notify, also after the peer's (S-7, S-8, S-20)
#define RULE_OPEN 6                   // opening is possible until the peer's close_notify, also after ours (S-6, S-9)
#define RULE_NOTE 7                   // requests and received alerts are noted, and emit nothing (5.2, S-10)
#define RULE_IN_ORDER_ONCE 8          // what comes out is what the peer sealed, in order and once
#define RULE_CLEAN_IS_AUTHENTIC 9     // no clean end without the peer's authenticated close_notify, and ours
#define RULE_CLEAN_IS_COMPLETE 10     // after the peer's close_notify everything that it sealed was delivered
#define RULE_CLEAN_IS_SAID 11         // an end that is clean is called so, whatever TCP does afterwards
#define RULE_CUT_IS_SAID 12           // TCP's end without the peer's close_notify is never called clean (C7)
#define RULE_NO_REPLY_NEEDED 13       // clean without reply: the peer closed, or we had said that we await nothing
#define RULE_FAILURE_IS_SAID 14       // a failure, an abort and an unfinished handshake are called what they are
#define RULE_OPEN_IS_SAID 15          // a connection is over exactly when something ended it
#define RULE_NOBODY_CUT 16            // where nobody cuts and nobody gives up, both ends are clean

#define ALL_RULES 255

#define FAULT_REPLAY 1  // records carry no numbers
#define FAULT_KEYS 2    // the attacker has the keys

#ifdef TRACE
#define must(rule, holds) assert(holds)
inline count_row() { skip }
inline count_outcome() { skip }
inline prepare() { skip }
#define planted 0
#else
c_decl {
  \#include "instrument.h"
};
hidden byte rule_at;              // for the verifier's report
hidden byte only_rule = ALL_RULES;
hidden byte planted;              // a fault of the world around the table
#define must(rule, holds)                   \
  rule_at = rule;                           \
  c_code { ++rule_count[rule_at]; };        \
  assert((holds) || (only_rule != ALL_RULES && only_rule != rule))
inline count_row() { c_code { ++row_count[row]; } }
inline count_outcome() { c_code { ++outcome_count[row]; } }
inline prepare() {
  c_code {
    only_rule = number_from("CLOSING_RULE", ALL_RULES);
    planted = number_from("CLOSING_FAULT", 0);
    change_entry(next_of, emits_of, says_of, outcome_of);
    atexit(tell_counts);
  }
}
#endif

// 5.3, 6.5, 4.12: what a step answers, from what was asked, said and heard.
#define answers(what, which) (says == (what) && emits == (which))
// Of the dead only who ended it himself has an alert left to send, once, and never behind his close_notify.
#define may_owe (my.died == US && my.closes == 0)
#define emits_what_is_owed \
  (may_owe -> emits != EMITS_CLOSE_NOTIFY && (!my.alert_owed || emits == EMITS_OWED_ALERT) : \
   emits == EMITS_NOTHING)

inline judge_step(with_input) {
  if
  :: my.asked -> must(RULE_REQUEST_IS_ANSWERED,
       (my.died == NOBODY -> answers(SAYS_DONE, EMITS_CLOSE_NOTIFY) :
       (says == (my.died == US -> SAYS_DONE : SAYS_CLOSED) && emits_what_is_owed)))
  :: else -> must(RULE_STEP,
       (my.died != NOBODY -> says == SAYS_FAILED && emits_what_is_owed :
       (my.closes > 0 && !established ->
         answers((with_input -> SAYS_CLOSED : SAYS_NEED_BYTES), EMITS_NOTHING) :
       (my.phase == PHASE_CROSSING -> answers(SAYS_GO_ON, EMITS_NOTHING) :
       (my.closes > 0 || my.close_heard -> answers(SAYS_CLOSED, EMITS_NOTHING) :
         answers(SAYS_GO_ON, EMITS_NOTHING))))))
  fi
}

inline judge_seal() {
  must(RULE_SEAL, emits == EMITS_NOTHING && says ==
       (my.died != NOBODY || my.closes > 0 || my.phase == PHASE_CROSSING -> SAYS_EXPIRED :
       (established -> SAYS_GO_ON : SAYS_NOT_ESTABLISHED)))
}

inline judge_open() {
  must(RULE_OPEN, emits == EMITS_NOTHING && says ==
       (my.died != NOBODY || my.close_heard || my.phase == PHASE_CROSSING -> SAYS_EXPIRED :
       (established -> SAYS_GO_ON : SAYS_NOT_ESTABLISHED)))
}

// How the end is called: include/schannix/close.hpp's outcome_of, from what the library itself reports.
hidden byte outcome;
inline look_up_outcome() {
  row = established + 2 * (my.closes > 0) + 4 * PEER_HALF_CLOSED + 8 * my.nothing_more +
        16 * (DEAD != 0 || (my.closes > 0 && !established)) + 32 * my.aborted + 64 * my.ended;
  count_outcome();
  outcome = outcome_of[row];
  my.over = (outcome != OUTCOME_OPEN);
  my.clean = (outcome == OUTCOME_CLEAN)
}

#define gave_out (my.died != NOBODY || my.ended != WHOLE || (!established && (my.close_heard || my.closes > 0)))
#define fell (my.died != NOBODY || my.aborted || !established)
inline judge_outcome() {
  look_up_outcome();
  must(RULE_CLEAN_IS_AUTHENTIC, outcome != OUTCOME_CLEAN || (my.close_proven && peers.closes > 0 && my.closes > 0));
  must(RULE_CLEAN_IS_COMPLETE, (outcome != OUTCOME_CLEAN && !(outcome == OUTCOME_CLEAN_WITHOUT_REPLY && my.close_heard))
                               || my.opened == peers.sealed);
  must(RULE_CLEAN_IS_SAID, fell || !my.close_proven || my.closes == 0 || outcome == OUTCOME_CLEAN);
  must(RULE_CUT_IS_SAID, fell || my.close_heard || my.ended == WHOLE || (my.closes > 0 && my.nothing_more && my.ended != RESET)
       || outcome == (my.ended == FINISHED -> OUTCOME_TRUNCATED : (my.ended == RESET -> OUTCOME_RESET : OUTCOME_TIMED_OUT)));
  must(RULE_NO_REPLY_NEEDED, (outcome == OUTCOME_CLEAN_WITHOUT_REPLY) == (!fell && my.ended != WHOLE &&
       (my.close_heard -> my.closes == 0 : my.closes > 0 && my.nothing_more && my.ended != RESET)));
  must(RULE_FAILURE_IS_SAID, !fell || outcome == (my.aborted -> OUTCOME_ABORTED :
       (established -> OUTCOME_FATAL_ALERT :
       (gave_out -> OUTCOME_NOT_ESTABLISHED : OUTCOME_OPEN))));
  must(RULE_OPEN_IS_SAID, (outcome == OUTCOME_OPEN) ==
       !(my.aborted || gave_out || (my.close_proven && my.closes > 0)))
}
