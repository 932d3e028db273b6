// Who owns the network of one direction: he ends TCP with a FIN or a reset, lets nothing more through, or puts in what
// he can make without keys. Replayed, changed or dropped records are all the same to the receiver, who counts them:
// they do not open, so GARBAGE stands for them.
inline drop_all(from) {
  do
  :: len(wire[from]) > 0 -> wire[from]?_,_
  :: else -> break
  od
}

proctype attacker(byte from) {
end:
  do
  :: d_step { may_attack -> attacks++; cut[from] = FINISHED; printf("%d wire finished\n", from) }
  :: d_step { may_attack -> attacks++; cut[from] = RESET; drop_all(from); printf("%d wire reset\n", from) }
  :: d_step { may_attack -> attacks++; cut[from] = TIMED_OUT; printf("%d wire timed_out\n", from) }
  :: d_step { may_attack && len(wire[from]) < ROOM -> attacks++; wire[from]!GARBAGE,0; printf("%d wire garbage\n", from) }
  :: d_step { may_attack && len(wire[from]) < ROOM -> attacks++; wire[from]!FORGED_CLOSE,0; printf("%d wire forged\n", from) }
  :: d_step { may_attack && planted == FAULT_REPLAY && len(wire[from]) < ROOM && wire[from]?[DATA,_] ->
              attacks++; wire[from]?<kind,number>; wire[from]!DATA,number }
  :: d_step { may_attack && planted == FAULT_KEYS && len(wire[from]) < ROOM -> attacks++; wire[from]!CLOSE_NOTIFY,0 }
  od
}
