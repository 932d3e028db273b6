// The calls of SSPI. Each is one indivisible step, and prints its line of a trace.
inline begin() {
#ifdef ESTABLISHED
  ends[CLIENT].phase = PHASE_ESTABLISHED;
  ends[SERVER].phase = PHASE_ESTABLISHED;
  ends[CLIENT].awaits = LAST_FLIGHT + 1;
  ends[SERVER].awaits = LAST_FLIGHT + 1;
#else
  ends[CLIENT].awaits = 2;
  ends[SERVER].awaits = 1;
  wire[CLIENT]!FLIGHT,1
#endif
}

// One row of the table.
inline apply(event) {
  row = (my.state * PHASES + my.phase) * EVENTS + event;
  count_row();
  emits = emits_of[row];
  says = says_of[row];
  my.state = next_of[row]
}

inline put(what, which) {
  if
  :: cut[me] == WHOLE -> wire[me]!what,which
  :: else  // nobody receives it
  fi
}

inline emit(what, which) {
  must(RULE_NOTHING_AFTER_CLOSE, my.closes == 0 || what == CLOSE_NOTIFY);
  must(RULE_NOTHING_AFTER_FATAL, !my.fatal_said && (my.died == NOBODY || (my.died == US && what == FATAL_ALERT)));
  put(what, which)
}

// A message that waits is settled before a control token's alert goes out. S-16
inline settle() {
  if
  :: my.phase == PHASE_CROSSING -> my.phase = PHASE_ESTABLISHED
  :: else
  fi
}

inline emit_close_notify() {
  must(RULE_ONE_CLOSE_NOTIFY, my.asked);
  settle();
  emit(CLOSE_NOTIFY, 0);
  my.closes++
}

inline emit_owed_alert() {
  if
  :: my.alert_owed ->
    my.alert_owed = false;
    emit(FATAL_ALERT, 0);
    my.fatal_said = true;
    trace(" emits alert")
  :: else -> trace(" emits nothing")
  fi
}

// An ALERT token is the application's own word: it goes out in every state (6.5).
inline emit_asked_alert() {
  my.alert_pending = false;
  my.aborted = true;
  my.alert_owed = false;
  my.fatal_said = true;
  settle();
  put(FATAL_ALERT, 0);
  dies(US, EVENT_FATAL_ALERT_SENT)
}

inline dies(by, event) {
  if
  :: my.died == NOBODY ->
    apply(event);
    my.died = by;
    must(RULE_NOTE, says == SAYS_FAILED && emits == EMITS_NOTHING)
  :: else
  fi
}

inline hears_close() {
  apply(EVENT_CLOSE_NOTIFY_RECEIVED);
  my.close_heard = true;
  my.close_proven = established && kind == CLOSE_NOTIFY;
  must(RULE_NOTE, says == SAYS_CLOSED && emits == EMITS_NOTHING)
}

// ApplyControlToken: SCHANNEL_SHUTDOWN.
inline request_shutdown() {
  apply(EVENT_SHUTDOWN_TOKEN);
  my.asked = true;
  must(RULE_NOTE, says == SAYS_ACCEPTED && emits == EMITS_NOTHING);
  trace_call(" shutdown_token"); trace(" ok"); trace_end()
}

// ApplyControlToken: SCHANNEL_ALERT, fatal.
inline request_alert() {
  apply(EVENT_ALERT_TOKEN);
  my.alert_pending = true;
  must(RULE_NOTE, says == SAYS_ACCEPTED && emits == EMITS_NOTHING);
  trace_call(" alert_token"); trace(" ok"); trace_end()
}

// InitializeSecurityContext, AcceptSecurityContext; with_input: what came next from the peer.
inline step(with_input) {
  if
  :: with_input -> trace_call(" step_with_input")
  :: else -> trace_call(" step_without_input")
  fi;
  if
  :: my.alert_pending -> emit_asked_alert(); trace(" ok emits alert")
  :: else ->
    apply((with_input -> EVENT_STEP_WITH_INPUT : EVENT_STEP_WITHOUT_INPUT));
    judge_step(with_input);
    if
    :: emits == EMITS_CLOSE_NOTIFY -> trace(" ok emits close_notify"); emit_close_notify()
    :: says == SAYS_DONE && emits == EMITS_OWED_ALERT -> trace(" ok"); emit_owed_alert()
    :: says == SAYS_DONE && emits == EMITS_NOTHING -> trace(" ok emits nothing")
    :: says == SAYS_FAILED && emits == EMITS_OWED_ALERT -> trace(" failed"); emit_owed_alert()
    :: says == SAYS_FAILED && emits == EMITS_NOTHING -> trace(" failed emits nothing")
    :: says == SAYS_GO_ON && emits == EMITS_NOTHING -> work(with_input)
    :: says == SAYS_NEED_BYTES && emits == EMITS_NOTHING -> trace(" incomplete emits nothing")
    :: else -> trace(" closed emits nothing")
    fi;
    my.asked = false
  fi;
  trace_end()
}

// What a step does when closing has no objection.
inline work(with_input) {
  if
  :: my.phase == PHASE_CROSSING -> my.phase = PHASE_ESTABLISHED; trace(" ok emits nothing")
  :: my.phase == PHASE_ESTABLISHED -> trace(" idle emits nothing")
  :: my.phase == PHASE_HANDSHAKING && !with_input -> trace(" incomplete emits nothing")
  :: else ->
    incoming?kind,number;
    trace(" takes");
    if
    :: kind == FLIGHT -> shake()
    :: kind == FATAL_ALERT -> dies(PEER, EVENT_FATAL_ALERT_RECEIVED); trace(" failed emits nothing")
    :: kind == GARBAGE -> dies(US, EVENT_FATAL_ALERT_SENT); trace(" failed emits nothing")
    :: else -> hears_close(); trace(" closed emits nothing")
    fi
  fi
}

// The library's servers send two; a search with the second is larger, and sees nothing more.
inline emit_tickets() {
  emit(TICKET, 0);
#ifdef TRACE
  emit(TICKET, 0)
#endif
}

// The n-th flight is answered by the next, the last by tickets in TLS 1.3.
inline shake() {
  assert(number == my.awaits);
  my.awaits = number + 2;
  if
  :: number < LAST_FLIGHT -> emit(FLIGHT, number + 1)
  :: number == LAST_FLIGHT && TLS == 13 -> emit_tickets()
  :: else
  fi;
  if
  :: number + 1 >= LAST_FLIGHT -> my.phase = PHASE_ESTABLISHED
  :: else
  fi;
  if
  :: established -> trace(" ok")
  :: else -> trace(" continue")
  fi;
  if
  :: number < LAST_FLIGHT -> trace(" emits flight")
  :: number == LAST_FLIGHT && TLS == 13 -> trace(" emits tickets")
  :: else -> trace(" emits nothing")
  fi
}

// EncryptMessage.
inline seal() {
  trace_call(" seal");
  apply(EVENT_SEAL);
  judge_seal();
  if
  :: says == SAYS_GO_ON -> trace(" ok emits data"); emit(DATA, my.sealed); my.sealed++
  :: says == SAYS_NOT_ESTABLISHED -> trace(" not_established emits nothing")
  :: else -> trace(" expired emits nothing")
  fi;
  trace_end()
}

// DecryptMessage of what came next from the peer.
inline open() {
  trace_call(" open");
  apply(EVENT_OPEN);
  judge_open();
  if
  :: says == SAYS_GO_ON -> take()
  :: says == SAYS_NOT_ESTABLISHED -> trace(" not_established")
  :: else -> trace(" expired")
  fi;
  trace_end()
}

inline take() {
  if
  :: len(incoming) == 0 -> trace(" incomplete")
  :: else ->
    incoming?kind,number;
    if
    :: kind == DATA ->
      must(RULE_IN_ORDER_ONCE, number == my.opened && !my.close_heard && my.died == NOBODY);
      my.opened++;
      trace(" data"); printf(" %d", number)
    :: kind == CLOSE_NOTIFY -> hears_close(); trace(" closed")
    :: kind == FATAL_ALERT -> dies(PEER, EVENT_FATAL_ALERT_RECEIVED); trace(" alert")
    :: kind == TICKET -> my.phase = PHASE_CROSSING; trace(" renegotiate")
    :: else -> my.alert_owed = (my.died == NOBODY); dies(US, EVENT_FATAL_ALERT_SENT); trace(" garbage")
    fi
  fi
}

// What the application sees of TCP: its end comes after what was received before it; a reset does not wait.
#define end_in_sight (my.ended == WHOLE && cut[other(me)] != WHOLE && empty(incoming))
inline see_end() {
  my.ended = cut[other(me)]
}

// What is on the way still arrives.
inline end_tcp(me_too) {
  if
  :: cut[me_too] == WHOLE -> cut[me_too] = FINISHED
  :: else
  fi
}
