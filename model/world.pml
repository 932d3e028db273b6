// The two ends and what lies on the wire between them.
#define CLIENT 0
#define SERVER 1
#define other(me) (1 - (me))

// What lies on the wire. One entry is what one call emits: a flight of the handshake or one record.
#define FLIGHT 0        // its number goes with it: 1 is the ClientHello
#define DATA 1          // the number of the unit goes with it
#define CLOSE_NOTIFY 2  // sealed, or in the clear while there are no keys
#define FATAL_ALERT 3
#define TICKET 4        // TLS 1.3: a message after the handshake
#define GARBAGE 5       // what the attacker made: it opens with no key
#define FORGED_CLOSE 6  // the attacker's close_notify in the clear

#define ROOM 6   // more than a run can have on the way in one direction; a call that might not find room waits
chan wire[2] = [ROOM] of { byte, byte };
#define incoming wire[other(me)]
#define has_room (len(wire[me]) < ROOM)

// How the attacker or the sender ended a direction.
#define WHOLE 0
#define FINISHED 1
#define RESET 2
#define TIMED_OUT 3
byte cut[2];

#if TLS == 13
#define LAST_FLIGHT 3
#else
#define LAST_FLIGHT 4
#endif

byte attacks;  // how many there were
#ifdef TRACE
byte calls;
#define more (calls < CALLS)
#define later (more && calls >= PATIENCE / 2)  // so that some runs come past the handshake
#define may_attack (cut[from] == WHOLE && attacks < ATTACKS && calls >= PATIENCE && calls < CALLS)
#define trace_end() trace_report(); calls++
#else
#define more true
#define later true
#define may_attack (cut[from] == WHOLE && attacks < ATTACKS)
#define trace_end() trace_report()
#endif
#define trace_call(text) printf("%d", me); printf(text)
#define trace(text) printf(text)
// What the library says of the connection now: close_notify sent, received, failed, established.
#define trace_report() printf(" report %d%d%d%d\n", my.closes > 0, established && PEER_HALF_CLOSED == 1, DEAD != 0, established)
#define PEER_HALF_CLOSED ((my.state / 3) % 2)
#define DEAD (my.state % 3)

#define NOBODY 0
#define US 1
#define PEER 2

typedef endpoint {
  byte state = START;   // the table's
  byte phase = PHASE_HANDSHAKING;
  byte awaits;          // the flight
  bool alert_pending;   // an ALERT token stands beside the table
  bool alert_owed;      // of a failure that reading found
  byte sealed;
  byte opened;
  bool nothing_more;    // the application awaits no more data
  bool aborted;
  byte ended;           // what the application has seen of TCP's end
  bool over;            // the outcome says so
  bool clean;
  // History, for the rules alone.
  bool asked;           // a request was made, and no step came since
  byte closes;          // close_notify: how many are on the wire
  bool fatal_said;
  byte died;            // by whom
  bool close_heard;
  bool close_proven;    // it was authenticated
}
endpoint ends[2];
#define my ends[me]
#define peers ends[other(me)]
#define established (my.phase != PHASE_HANDSHAKING)
#define exists (me == CLIENT || my.awaits != 1)  // a server's context is made by the first flight

hidden short row;
hidden byte emits, says, kind, number;
