// Who calls. "any" is every application there can be: whatever the state, each call may come next. "polite" closes as
// docs/howto/closing.md says: it reads, answers TLS 1.2's close_notify at once, closes once, and ends TCP when it is over.
bool gave_up;       // somebody aborted, or closed before the handshake was done

proctype any(byte me) {
  byte requests;
  bool alerted;
  gave_up = true;
end:
  do
  :: d_step { later && exists && requests < REQUESTS -> requests++; request_shutdown(); judge_outcome() }
  :: d_step { later && exists && !alerted -> alerted = true; request_alert(); judge_outcome() }
  :: d_step { more && nempty(incoming) && has_room -> step(true); judge_outcome() }
  :: d_step { more && exists && has_room -> step(false); judge_outcome() }
  :: d_step { more && exists && has_room && my.sealed < UNITS -> seal(); judge_outcome() }
  :: d_step { more && exists -> open(); judge_outcome() }
  :: d_step { more && my.closes > 0 && !my.nothing_more -> my.nothing_more = true; judge_outcome() }
  :: d_step { end_in_sight -> see_end(); judge_outcome() }
  od
}

// Asks, and makes the step that answers.
inline close_now() {
  request_shutdown();
  step(false);
  gave_up = gave_up || !established
}

// TLS 1.2 answers at once (RFC 5246 7.2.1); a failure found by reading is told by the next step.
inline after_reading() {
  if
  :: my.close_heard && my.closes == 0 && TLS == 12 -> close_now()
  :: my.died == US && my.closes == 0 -> step(false)
  :: else
  fi
}

#define reads (established && my.phase == PHASE_ESTABLISHED && !my.close_heard)
#define may_close (exists && my.closes == 0)

proctype polite(byte me) {
  do
  :: d_step { more && !my.over && !established && nempty(incoming) && has_room -> step(true); judge_outcome() }
  :: d_step { more && !my.over && my.phase == PHASE_CROSSING -> step(false); judge_outcome() }
  :: d_step { more && !my.over && reads && nempty(incoming) -> open(); after_reading(); judge_outcome() }
  :: d_step { more && !my.over && reads && my.closes == 0 && my.sealed < UNITS -> seal(); judge_outcome() }
  :: d_step { more && !my.over && may_close -> close_now(); judge_outcome() }
  :: d_step { more && !my.over && may_close -> my.nothing_more = true; close_now(); judge_outcome() }
  :: d_step { more && !my.over && exists && my.closes == 0 -> gave_up = true; request_alert(); step(false); judge_outcome() }
  :: d_step { !my.over && end_in_sight -> see_end(); judge_outcome() }
  :: my.over -> break
  od;
  atomic {
    end_tcp(me);
    must(RULE_NOBODY_CUT, attacks > 0 || gave_up || my.clean)
  }
}
